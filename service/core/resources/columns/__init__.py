"""How values of each column type cross between database and API, and how they are compared and searched for."""
