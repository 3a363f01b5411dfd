"""Two squares, the anode on the electrolyte, in formats 2.2 and 4.1 of Gmsh."""

_NAMES = """$EndMeshFormat
$PhysicalNames
3
1 1 "counter"
2 1 "anode"
2 2 "electrolyte"
$EndPhysicalNames
"""

MESH = f"""$MeshFormat
2.2 0 8
{_NAMES}$Nodes
6
1 0 -1 0
2 1 -1 0
3 0 0 0
4 1 0 0
5 0 1 0
6 1 1 0
$EndNodes
$Elements
5
1 1 2 1 1 1 2
2 2 2 2 2 1 2 4
3 2 2 2 2 1 4 3
4 2 2 1 1 3 4 6
5 2 2 1 1 3 6 5
$EndElements
"""


MESH_4 = f"""$MeshFormat
4.1 0 8
{_NAMES}$Entities
0 1 2 0
1 0 -1 0 1 -1 0 1 1 0
1 0 0 0 1 1 0 1 1 0
2 0 -1 0 1 0 0 1 2 0
$EndEntities
$Nodes
1 6 1 6
2 1 0 6
1
2
3
4
5
6
0 -1 0
1 -1 0
0 0 0
1 0 0
0 1 0
1 1 0
$EndNodes
$Elements
3 5 1 5
1 1 1 1
1 1 2
2 2 2 2
2 1 2 4
3 1 4 3
2 1 2 2
4 3 4 6
5 3 6 5
$EndElements
"""
