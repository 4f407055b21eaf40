// The whole round of a client that openapi-generator generated for Go, against a served API.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"reflect"
	"time"

	"dataapi"
)

var (
	ctx    = context.WithValue(context.Background(), dataapi.ContextAccessToken, os.Getenv("TOKEN"))
	client = dataapi.NewAPIClient(configuration())
	pages  = client.PagesAPI
	tag    = fmt.Sprintf("go-%d", time.Now().UnixNano())
)

func main() {
	topic, response, err := client.TopicsAPI.CreateTopic(ctx).TopicCreate(*dataapi.NewTopicCreate(tag)).Execute()
	must(response, err, http.StatusCreated)
	var created []dataapi.Page
	for number := 1; number <= 3; number++ {
		created = append(created, create(number, topic.Id))
	}
	first := created[0]
	equal(first.Topics, []dataapi.PageTopic{*dataapi.NewPageTopic(topic.Id, topic.Name)})
	equal(first.TopicIds, []int32{topic.Id})
	equal(first.ViewCount, "0")
	equal(*first.Rating.Get(), "4.50")
	equal(first.ChildCount, int32(0))
	equal(first.Status, dataapi.PAGE_STATUS_DRAFT)
	equal(walk(), []string{created[2].Id, created[1].Id, first.Id})

	read, response, err := pages.GetPage(ctx, first.Id).Execute()
	must(response, err, http.StatusOK)
	equal(*read, first)
	etag := response.Header.Get("ETag")
	renamed, response, err := change(first.Id, "Renamed").IfMatch(etag).Execute()
	must(response, err, http.StatusOK)
	equal(renamed.Title, "Renamed")
	_, response, err = change(first.Id, "Lost").IfMatch(etag).Execute()
	equal(problem(response, err, http.StatusPreconditionFailed).Code, dataapi.ERROR_CODE_PRECONDITION_FAILED)
	_, response, err = change(first.Id, "").Execute()
	wrong := problem(response, err, http.StatusUnprocessableEntity)
	equal(wrong.Code, dataapi.ERROR_CODE_VALIDATION_FAILED)
	equal(len(wrong.Errors), 1)
	equal(wrong.Errors[0].GetPointer(), "/title")
	equal(wrong.Errors[0].Code, dataapi.FIELD_CODE_TOO_SHORT)

	for _, page := range created {
		response, err = pages.DeletePage(ctx, page.Id).Execute()
		must(response, err, http.StatusNoContent)
	}
	response, err = client.TopicsAPI.DeleteTopic(ctx, topic.Id).Execute()
	must(response, err, http.StatusNoContent)
	_, response, err = pages.GetPage(ctx, first.Id).Execute()
	equal(problem(response, err, http.StatusNotFound).Code, dataapi.ERROR_CODE_NOT_FOUND)
	fmt.Println("Go: the round was made.")
}

func configuration() *dataapi.Configuration {
	configuration := dataapi.NewConfiguration()
	configuration.Servers = dataapi.ServerConfigurations{{URL: os.Getenv("DATA_API_URL")}}
	return configuration
}

func create(number int, topicId int32) dataapi.Page {
	body := dataapi.NewPageCreate(fmt.Sprintf("%s %d", tag, number))
	body.SetTags([]string{tag})
	body.SetRating("4.50")
	body.SetTopicIds([]int32{topicId})
	page, response, err := pages.CreatePage(ctx).PageCreate(*body).Execute()
	must(response, err, http.StatusCreated)
	return *page
}

func change(pageId string, title string) dataapi.ApiUpdatePageRequest {
	body := dataapi.NewPageUpdate()
	body.SetTitle(title)
	return pages.UpdatePage(ctx, pageId).PageUpdate(*body)
}

// walk reads every page with the tag, two at a time.
func walk() []string {
	var seen []string
	request := pages.ListPages(ctx).Tag([]string{tag}).Limit(2)
	request = request.Status([]dataapi.PageStatus{dataapi.PAGE_STATUS_DRAFT, dataapi.PAGE_STATUS_PUBLISHED})
	for {
		list, response, err := request.Execute()
		must(response, err, http.StatusOK)
		for _, item := range list.Items {
			seen = append(seen, item.Id)
		}
		cursor := list.NextCursor.Get()
		if cursor == nil {
			return seen
		}
		equal(*list.Total.Get(), int32(3))
		request = request.Cursor(*cursor).Count(dataapi.COUNT_EXACT)
	}
}

func must(response *http.Response, err error, status int) {
	if err != nil {
		log.Panic(err)
	}
	equal(response.StatusCode, status)
}

// problem is what the answer says, which the client read as an error.
func problem(response *http.Response, err error, status int) dataapi.Problem {
	equal(response.StatusCode, status)
	var failed *dataapi.GenericOpenAPIError
	if !errors.As(err, &failed) {
		log.Panic(err)
	}
	said, ok := failed.Model().(dataapi.Problem)
	equal(ok, true)
	return said
}

func equal(is, wanted any) {
	if !reflect.DeepEqual(is, wanted) {
		log.Panicf("%v is not %v", is, wanted)
	}
}
