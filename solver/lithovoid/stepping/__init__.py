"""How time goes on: length of steps, protocol, events, clock."""
