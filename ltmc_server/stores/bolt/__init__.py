"""The graph on a server that speaks Bolt, such as Neo4j."""
