"""Scripts that run inside ParaView, with its Python; nothing else of Lithovoid is needed there."""
