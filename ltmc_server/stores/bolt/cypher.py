"""Every text that is sent to a server that speaks Bolt; what callers say is values only.

An entity is a node `LtmcEntity`, a link a relationship `LTMC_LINK` whose relation is a property:
Cypher takes no type of a relationship as a value. Everything carries the id of its view, so that
several records may have theirs in one database. A node has one key for the server to index, a
JSON list of view, project and name.
"""

from typing import Final

SCHEMA: Final = (
    "CREATE CONSTRAINT ltmc_view IF NOT EXISTS FOR (n:LtmcView) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT ltmc_entity IF NOT EXISTS FOR (n:LtmcEntity) REQUIRE n.key IS UNIQUE",
    "CREATE INDEX ltmc_entity_view IF NOT EXISTS FOR (n:LtmcEntity) ON (n.view)",
    "CREATE INDEX ltmc_entity_name IF NOT EXISTS FOR (n:LtmcEntity) ON (n.name)",
    "CREATE INDEX ltmc_link IF NOT EXISTS FOR ()-[r:LTMC_LINK]-() ON (r.id)",
)

# How far a view has come. Setting `touched` first takes the lock: what follows is decided alone.

POSITION: Final = "MATCH (v:LtmcView {id: $view}) RETURN v.seq"
OPEN_VIEW: Final = """
    MERGE (v:LtmcView {id: $view}) ON CREATE SET v.seq = -1, v.builder = '', v.beat = 0
    RETURN v.seq"""
ADVANCE: Final = """
    MATCH (v:LtmcView {id: $view}) SET v.touched = timestamp()
    WITH v WHERE v.seq = $since SET v.seq = $seq RETURN v.seq"""
BUSY: Final = """
    MATCH (v:LtmcView {id: $view})
    WHERE NOT v.builder IN ['', $builder] AND v.beat >= timestamp() - $stale_ms RETURN v.seq"""
CLAIM: Final = """
    MATCH (v:LtmcView {id: $view}) SET v.touched = timestamp()
    WITH v WHERE v.builder IN ['', $builder] OR v.beat < timestamp() - $stale_ms
    SET v.builder = $builder, v.beat = timestamp(), v.seq = -1 RETURN v.seq"""
HOLD: Final = """
    MATCH (v:LtmcView {id: $view}) SET v.touched = timestamp()
    WITH v WHERE v.builder = $builder SET v.beat = timestamp() RETURN v.seq"""
FINISH: Final = """
    MATCH (v:LtmcView {id: $view}) SET v.touched = timestamp()
    WITH v WHERE v.builder = $builder SET v.builder = '', v.seq = $seq RETURN v.seq"""

CLEAR: Final = """
    MATCH (n:LtmcEntity {view: $view}) WITH n LIMIT $limit DETACH DELETE n RETURN count(n)"""

# Links.

_ENDS: Final = """
    UNWIND $rows AS row
    MERGE (a:LtmcEntity {key: row.source_key})
        ON CREATE SET a.view = $view, a.project_id = row.project_id, a.name = row.source_id
    MERGE (b:LtmcEntity {key: row.target_key})
        ON CREATE SET b.view = $view, b.project_id = row.project_id, b.name = row.target_id"""
_NAMED: Final = """r.view = $view, r.project_id = row.project_id, r.source_id = row.source_id,
        r.target_id = row.target_id, r.relation = row.relation, r.created_us = row.created_us"""
_VALUED: Final = """r.weight = row.weight, r.properties = row.properties,
        r.updated_us = row.updated_us"""
_LINK: Final = """r.id, r.project_id, r.source_id, r.target_id, r.relation, r.weight, r.properties,
        r.created_us, r.updated_us"""

PUT: Final = f"""{_ENDS}
    MERGE (a)-[r:LTMC_LINK {{relation: row.relation}}]->(b)
        ON CREATE SET r.id = row.id, {_NAMED}
    SET {_VALUED}
    RETURN {_LINK}"""
WRITE: Final = f"""{_ENDS}
    MERGE (a)-[r:LTMC_LINK {{id: row.id}}]->(b)
    SET {_NAMED}, {_VALUED}"""
BY_ID: Final = f"""
    MATCH ()-[r:LTMC_LINK]->() WHERE r.id IN $ids AND r.view = $view RETURN {_LINK}"""
REMOVE: Final = """
    MATCH (a)-[r:LTMC_LINK]->(b) WHERE r.id IN $ids AND r.view = $view
    WITH r, a.key AS source, b.key AS target DELETE r RETURN source, target"""
TOUCHING_KEY: Final = """
    MATCH (:LtmcEntity {key: $key})-[r:LTMC_LINK]-() RETURN DISTINCT r.id"""
FORGET_UNLINKED: Final = """
    UNWIND $keys AS key MATCH (n:LtmcEntity {key: key})
    WHERE n.file_name IS NULL AND NOT (n)--() DELETE n"""

_FITTING: Final = """
    MATCH ()-[r:LTMC_LINK]->() WHERE r.view = $view AND r.project_id = $project
        AND ($entity = '' OR r.source_id = $entity OR r.target_id = $entity)
        AND ($relation = '' OR r.relation = $relation)"""
COUNT: Final = f"{_FITTING} RETURN count(r)"
PAGE: Final = f"""{_FITTING} AND ($before = '' OR r.id < $before)
    RETURN {_LINK} ORDER BY r.id DESC LIMIT $limit"""

_MINE: Final = "MATCH (a)-[r:LTMC_LINK]->(b) WHERE r.view = $view AND r.project_id = $project"
RELATIONS: Final = f"""
    {_MINE} WITH r.relation AS relation, count(r) AS links
    RETURN relation, links ORDER BY links DESC, relation"""
SOURCES: Final = f"{_MINE} RETURN r.source_id, count(r)"
TARGETS: Final = f"{_MINE} RETURN r.target_id, count(r)"

_EDGE: Final = "r.id, r.source_id, r.target_id, r.weight"
OUTGOING: Final = f"""
    UNWIND $keys AS key MATCH (:LtmcEntity {{key: key}})-[r:LTMC_LINK]->()
    WHERE $relation = '' OR r.relation = $relation RETURN {_EDGE} LIMIT $limit"""
INCOMING: Final = f"""
    UNWIND $keys AS key MATCH (:LtmcEntity {{key: key}})<-[r:LTMC_LINK]-()
    WHERE $relation = '' OR r.relation = $relation RETURN {_EDGE} LIMIT $limit"""

# Memories, and what a check reads.

WRITE_MEMORIES: Final = """
    UNWIND $rows AS row
    MERGE (n:LtmcEntity {key: row.key})
    SET n.view = $view, n.project_id = row.project_id, n.name = row.id,
        n.file_name = row.file_name, n.resource_type = row.resource_type"""
FORGET_MEMORIES: Final = """
    MATCH (n:LtmcEntity) WHERE n.name IN $ids AND n.view = $view AND n.file_name IS NOT NULL
    SET n.file_name = null, n.resource_type = null RETURN n.key"""

ALL_LINKS: Final = f"""
    MATCH (a:LtmcEntity)-[r:LTMC_LINK]->(b:LtmcEntity) WHERE r.view = $view
    WITH a, r, b, coalesce(r.id, '') AS id RETURN {_LINK}, a.key, b.key, id ORDER BY id"""
ALL_MEMORIES: Final = """
    MATCH (n:LtmcEntity {view: $view}) WHERE n.file_name IS NOT NULL
    RETURN n.name, n.project_id, n.file_name, n.resource_type ORDER BY n.name"""
FORGET_NAMELESS: Final = """
    MATCH ()-[r:LTMC_LINK]->() WHERE r.view = $view AND r.id IS NULL DELETE r"""
LEFT_OVER: Final = """
    MATCH (n:LtmcEntity {view: $view}) WHERE n.file_name IS NULL AND NOT (n)--()
    RETURN n.key LIMIT $limit"""
