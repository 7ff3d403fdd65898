using System.Text;
using SafeLlm.Accounts;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore.Tests;

public sealed class AccountReaderTests
{
    [Theory]
    [InlineData("""{"previous_response_id":"resp_1"}""", "resp_1")]
    [InlineData("""{"PREVIOUS_RESPONSE_ID":"resp_1"}""", "resp_1")]
    [InlineData("""{"previous\u005fresponse_id":"resp_1"}""", "resp_1")]
    [InlineData("""{"conversation":"conv_1"}""", "conv_1")]
    [InlineData("""{"conversation":{"id":"conv_1"}}""", "conv_1")]
    [InlineData("""{"conversation":{"id":"conv_1","ID":"conv_2"}}""", "conv_1", "conv_2", "conv_2")]
    [InlineData("""{"prompt":{"id":"pmpt_1","variables":{"a":{"type":"input_file","file_id":"file_1"}}}}""", "file_1", "pmpt_1")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_file","file_id":"file_1"}]}]}""", "file_1")]
    [InlineData("""{"input":[{"type":"item_reference","id":"msg_1"}]}""", "msg_1")]
    [InlineData("""{"input":[{"id":"msg_1"}]}""", "msg_1")]
    [InlineData("""{"input":[{"id":"rs_1","type":"reasoning","summary":[]}]}""", "rs_1")]
    [InlineData("""{"tools":[{"type":"function","name":"f"},{"vector_store_ids":["vs_1","vs_2"],"type":"function"}]}""", "vs_1", "vs_2")]
    [InlineData("""{"tools":[{"type":"code_interpreter","container":{"type":"auto","file_ids":["file_1"]}}]}""", "file_1")]
    [InlineData("""{"tools":[{"type":"code_interpreter","container":"cntr_1"}]}""", "cntr_1")]
    [InlineData("""{"messages":[{"role":"assistant","audio":{"id":"audio_1"}}]}""", "audio_1")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"file","file_id":"file_1"}}]}]}""", "file_1")]
    [InlineData("""{"cachedContent":"cachedContents/a"}""", "cachedContents/a")]
    [InlineData("""{"cached_content":"cachedContents/a"}""", "cachedContents/a")]
    [InlineData("""{"contents":[{"parts":[{"fileData":{"fileUri":"gs://bucket/a"}}]}]}""", "gs://bucket/a")]
    [InlineData("""{"messages":[{"content":[{"image":{"source":{"s3Location":{"uri":"s3://bucket/a"}}}}]}]}""", "s3://bucket/a")]
    [InlineData("""{"input_file_id":"file_1","endpoint":"/v1/responses"}""", "file_1")]
    [InlineData("""{"agent_id":"ag_1"}""", "ag_1")]
    [InlineData("""{"input":[{"type":"image_generation_call","id":"ig_1"}]}""", "ig_1")]
    [InlineData("""{"input":[{"type":"image_generation_call","id":"ig_1","result":"","action":{}}]}""", "ig_1")]
    [InlineData("""{"input":[{"type":"file_search_call","id":"fs_1","queries":["q"],"results":null}]}""", "fs_1")]
    [InlineData("""{"input":[{"type":"code_interpreter_call","id":"ci_1","code":"1"}]}""", "ci_1")]
    [InlineData("""{"input":[{"type":"mcp_call","id":"mcp_1","arguments":"{}"}]}""", "mcp_1")]
    [InlineData("""{"input":[{"type":"mcp_list_tools","id":"mcpl_1"}]}""", "mcpl_1")]
    [InlineData("""{"input":[{"type":"message","id":"msg_1"}]}""", "msg_1")]
    [InlineData("""{"input":[{"type":"of_next_year","id":"x_1","metadata":{}}]}""", "x_1")]
    [InlineData("""{"input":[{"id":"msg_1","role":"user"}]}""", "msg_1")]
    [InlineData("""{"input":[{"id":"msg_1","ROLE":"user","content":"a"}]}""", "msg_1")]
    [InlineData("""{"input":[{"id":"msg_1","role":"user","CONTENT":"a"}]}""", "msg_1")]
    [InlineData("""{"input":[{"id":"msg_1","type":"message","TYPE":"item_reference","role":"user","content":"a"}]}""", "msg_1")]
    [InlineData("""{"contents":[{"parts":[{"functionResponse":{"name":"f","response":{"file_id":"a"},"parts":[{"fileData":{"fileUri":"gs://bucket/a"}}]}}]}]}""", "gs://bucket/a")]
    [InlineData("""{"input":{"conversation":"conv_1"}}""", "conv_1")]
    public void Read_WhatTheProviderKeeps_IsNamed(string json, params string[] ids) => Assert.Equal(ids, Read(json).Ids);

    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"previous_response_id file_id store"}],"stream":true}""")]
    [InlineData("""{"input":[{"id":"msg_1","type":"message","role":"assistant","content":[]},{"id":"rs_1","type":"reasoning","encrypted_content":"abc"},{"id":"fc_1","type":"function_call","name":"f","arguments":"{\"file_id\":\"a\"}"}]}""")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"f","parameters":{"properties":{"file_id":{"type":"string"},"id":{}}}}}]}""")]
    [InlineData("""{"tools":[{"name":"f","description":"d","input_schema":{"properties":{"file_id":{}}},"cache_control":{"type":"ephemeral"}}]}""")]
    [InlineData("""{"tools":[{"functionDeclarations":[{"name":"f","parameters":{}}]},{"type":"bash_20250124","name":"bash"},{"type":"custom","name":"x"}]}""")]
    [InlineData("""{"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"file_id":1}}}}]}}""")]
    [InlineData("""{"messages":[{"content":[{"type":"tool_use","id":"toolu_1","name":"f","input":{"file_id":"a","conversation":"b"}}]}]}""")]
    [InlineData("""{"metadata":{"file_id":"a","store":"true"},"store":false,"background":false,"service_tier":null}""")]
    [InlineData("""{"prompt":"a text","audio":{"voice":"alloy","format":"wav"},"input":["a","b"]}""")]
    [InlineData("""{"contents":[{"parts":[{"fileData":{"fileUri":"https://www.youtube.com/watch?v=a"}}]}]}""")]
    [InlineData("""{"contents":[{"parts":[{"functionResponse":{"name":"f","response":{"file_id":"a"}}}]}]}""")]
    [InlineData("""{"input":[{"type":"image_generation_call","id":"ig_1","result":"iVBO"},{"type":"web_search_call","id":"ws_1","action":{"type":"search"}},{"type":"mcp_call","id":"mcp_1","output":null,"error":"it failed"}]}""")]
    [InlineData("""{"input":[{"type":"file_search_call","id":"fs_1","results":[]},{"type":"code_interpreter_call","id":"ci_1","outputs":[]},{"type":"mcp_list_tools","id":"mcpl_1","tools":[]},{"type":"compaction","id":"c_1","encrypted_content":"abc"}]}""")]
    [InlineData("""{"input":[{"type":"function_call_output","id":"fco_1","output":""},{"type":"custom_tool_call","id":"ctc_1","input":""},{"type":"local_shell_call","id":"lsc_1","action":{}},{"id":"msg_1","role":"assistant","content":[]}]}""")]
    [InlineData("""{"performanceConfig":{},"error":{"latency":"optimized"},"response":{"type":"x"}}""")]
    [InlineData("""{"search_parameters":{"mode":"off","max_search_results":5}}""")]
    [InlineData("""{"search_parameters":{"m\u006fde":"off"}}""")]
    [InlineData("""{"search_parameters":null}""")]
    [InlineData("""{"search_parameters":false,"messages":[{"search_parameters":{"mode":"on"}}]}""")]
    public void Read_WhatIsTheCallersOwn_IsPassedOver(string json)
    {
        var use = Read(json);

        Assert.Empty(use.Ids);
        Assert.Empty(use.HostedTools);
        Assert.Empty(use.ServiceTiers);
        Assert.False(use.IsBackground);
        Assert.NotEqual(true, use.Store);
    }

    [Theory]
    [InlineData("""{"tools":[{"type":"web_search_20250305","name":"web_search","max_uses":3}]}""", "web_search_20250305", 3L)]
    [InlineData("""{"tools":[{"type":"file_search"}]}""", "file_search", null)]
    [InlineData("""{"tools":[{"googleSearch":{}}]}""", "googleSearch", null)]
    [InlineData("""{"tools":[{"functionDeclarations":[],"codeExecution":{}}]}""", "codeExecution", null)]
    [InlineData("""{"tools":["web_search"]}""", "web_search", null)]
    [InlineData("""{"web_search_options":{}}""", "web_search_options", 1L)]
    [InlineData("""{"search_parameters":{}}""", "search_parameters", 20L)]
    [InlineData("""{"search_parameters":{"mode":"auto","max_search_results":null,"sources":[{"type":"web"},{"type":"x"}]}}""", "search_parameters", 20L)]
    [InlineData("""{"search_parameters":{"mode":"on","max_search_results":5}}""", "search_parameters", 5L)]
    [InlineData("""{"search_parameters":{"max_search_results":5,"max_uses":1,"sources":[{"mode":"off","max_search_results":1}]}}""", "search_parameters", 5L)]
    [InlineData("""{"search_parameters":{"max_search_results":90}}""", "search_parameters", 90L)]
    [InlineData("""{"search_parameters":{"max_search_results":0}}""", "search_parameters", 50L)]
    [InlineData("""{"search_parameters":{"max_search_results":"5"}}""", "search_parameters", 50L)]
    [InlineData("""{"search_parameters":{"max_search_results":5,"maxSearchResults":90}}""", "search_parameters", 50L)]
    [InlineData("""{"search_parameters":{"maxSearchResults":5,"max_search_results":90}}""", "search_parameters", 90L)]
    [InlineData("""{"search_parameters":{"mode":"OFF"}}""", "search_parameters", 20L)]
    [InlineData("""{"search_parameters":{"mode":"off","Mode":"on"}}""", "search_parameters", 20L)]
    [InlineData("""{"search_parameters":{"Mode":"off"}}""", "search_parameters", 20L)]
    [InlineData("""{"search_parameters":{"mode":null},"max_search_results":1,"mode":"off"}""", "search_parameters", 20L)]
    [InlineData("""{"search_parameters":true}""", "search_parameters", 50L)]
    [InlineData("""{"search_parameters":[{"mode":"off"}]}""", "search_parameters", 50L)]
    [InlineData("""{"searchParameters":{"mode":"on"}}""", "searchParameters", 20L)]
    [InlineData("""{"tools":[{"search_parameters":{}}]}""", "search_parameters", null)]
    [InlineData("""{"tools":[{"mode":"off"}]}""", "mode", null)]
    [InlineData("""{"data_sources":[{"type":"azure_search"}]}""", "data_sources", null)]
    [InlineData("""{"mcp_servers":[{"url":"https://example.com"}]}""", "mcp_servers", null)]
    [InlineData("""{"tools":[{"type":"web_search","max_uses":1.5}]}""", "web_search", null)]
    [InlineData("""{"tools":[{"type":"web_search","Type":"function","name":"f","max_uses":1}]}""", "web_search", 1L)]
    [InlineData("""{"tools":[{"type":"function","Type":"web_search","name":"f","max_uses":1}]}""", "web_search", null)]
    [InlineData("""{"tools":[{"TYPE":"function"}]}""", "", null)]
    [InlineData("""{"tools":[{"NAME":"f"}]}""", "NAME", null)]
    [InlineData("""{"tools":[{"type":"web_search","maxUses":1}]}""", "web_search", null)]
    [InlineData("""{"tools":[{"type":"web_search","max_uses":1,"MAX_USES":9}]}""", "web_search", null)]
    [InlineData("""{"tools":[{"type":"function","name":"f","googleSearch":{}}]}""", "googleSearch", null)]
    [InlineData("""{"tools":[{"type":"retrieval","retrieval":{}}]}""", "retrieval", null)]
    [InlineData("""{"tools":[{"type":"code_interpreter","container":{"type":"auto","memory_limit":"1g"}}]}""", "code_interpreter", null)]
    [InlineData("""{"tools":[{"type":"code_interpreter","container":{"type":"auto","memory_limit":"64g"}}]}""", "code_interpreter/64g", null)]
    public void Read_AToolThatRunsAtTheProvider_IsNamedWithItsBound(string json, string name, long? most) =>
        Assert.Equal(new HostedToolUse(name, most), Assert.Single(Read(json).HostedTools));

    [Fact]
    public void Read_WhatDecidesMoneyAndStorage_IsRead()
    {
        var use = Read("""{"store":true,"Background":true,"serviceTier":{"type":"priority"},"speed":"fast","max_tool_calls":7}""");

        Assert.Equal((true, true, 7L), (use.Store, use.IsBackground, use.MostToolCalls));
        Assert.Equal(["priority", "fast"], use.ServiceTiers);
        Assert.Equal(["optimized"], Read("""{"performanceConfig":{"latency":"optimized"}}""").ServiceTiers);
    }

    // A provider may take no notice of a spelling that is not its own, and a service in between may fold the two.
    [Theory]
    [InlineData("""{"STORE":false}""", null, null)]
    [InlineData("""{"STORE":null,"Max_Tool_Calls":1}""", null, null)]
    [InlineData("""{"store":false,"STORE":true}""", true, null)]
    [InlineData("""{"STORE":true,"store":false}""", true, null)]
    [InlineData("""{"max_tool_calls":1,"maxToolCalls":9}""", null, null)]
    [InlineData("""{"maxToolCalls":9,"max_tool_calls":1}""", null, null)]
    [InlineData("""{"store":false,"max_tool_calls":1}""", false, 1L)]
    public void Read_OfTwoSpellings_TheStricterCounts(string json, bool? store, long? most)
    {
        var use = Read(json);

        Assert.Equal((store, most), (use.Store, use.MostToolCalls));
        Assert.Null(use.EmptyStore);
    }

    [Theory]
    [InlineData("""{"model":"m"}""", """{"store":false,"model":"m"}""")]
    [InlineData(""" {"model":"m","store": null ,"a":1}""", """ {"model":"m","store": false ,"a":1}""")]
    public void Off_AStoreThatSaysNothing_IsFalseAndTheRestAsItWas(string json, string edited) =>
        Assert.Equal(edited, Encoding.UTF8.GetString(StoreSwitch.Off(Encoding.UTF8.GetBytes(json), Read(json)).Span));

    private static AccountUse Read(string json) => AccountUse.Read(Encoding.UTF8.GetBytes(json));
}
