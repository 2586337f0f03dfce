-- http-request lua.ferngate_ask ADDRESS asks the ferngate at ADDRESS whether the app may have a request, and tells the app who sent
-- it. What ferngate refuses is answered as it says; if it cannot be asked the answer is 503, and 431 if there are too many headers.

local identity = { "x-forwarded-user", "x-forwarded-email", "x-forwarded-name", "x-forwarded-groups" }

-- What is not of the question: it has no body, and a connection of its own.
local not_asked = {
    ["connection"] = true, ["keep-alive"] = true, ["te"] = true, ["trailer"] = true, ["transfer-encoding"] = true,
    ["content-length"] = true, ["expect"] = true, ["proxy-connection"] = true,
}

-- Headers of ferngate's answer that are not for a browser, or that HAProxy writes itself.
local not_answered = { ["connection"] = true, ["content-length"] = true, ["transfer-encoding"] = true, ["date"] = true }

-- How many headers a question has at most. HAProxy 2.6 ends if its client is given about as many as tune.http.maxhdr (101).
local most = 64

-- Lua's headers begin at 0.
local function values(header)
    local list = {}
    for i = 0, #header do
        list[#list + 1] = header[i]
    end
    return list
end

core.register_action("ferngate_ask", { "http-req" }, function(txn, address)
    local headers, count = {}, 0
    for name, header in pairs(txn.http:req_get_headers()) do
        if not not_asked[name] then
            headers[name] = values(header)
            count = count + #headers[name]
        end
    end
    if count > most then
        txn:done(txn:reply({ status = 431 }))
    end
    headers["x-forwarded-method"] = { txn.sf:method() }
    headers["x-forwarded-uri"] = { txn.sf:pathq() }

    -- A client of HAProxy's tries four times, and 2.6 has no setting for that: half a minute in all.
    local answer = core.httpclient():get({ url = "http://" .. address .. "/.ferngate/auth", headers = headers, timeout = 7500 })
    local status = answer and answer.status or 0
    if status >= 200 and status < 300 then
        for _, name in ipairs(identity) do
            local said = answer.headers[name] and answer.headers[name][0]
            txn.http:req_del_header(name)
            if said and said ~= "" then
                txn.http:req_set_header(name, said)
            end
        end
        if answer.headers["set-cookie"] then
            txn:set_var("txn.ferngate_cookie", answer.headers["set-cookie"][0])
        end
        return
    end

    local reply = txn:reply({ status = status >= 300 and status or 503 })
    for name, header in pairs(answer and answer.headers or {}) do
        if not not_answered[name] then
            for _, value in ipairs(values(header)) do
                reply:add_header(name, value)
            end
        end
    end
    reply:set_body(answer and answer.body or "")
    txn:done(reply)
end, 1)
