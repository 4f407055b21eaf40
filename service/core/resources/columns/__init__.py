"""How values of each column type are converted between database and API, compared, and searched for."""
