-- Every request waits 20 ms, as it would on its way to a distant service.
core.register_action("delay", { "http-req" }, function() core.msleep(20) end, 0)
