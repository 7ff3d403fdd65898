using SafeLlm.Pricing;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

public sealed class ToolRoundsTests
{
    private const string Responses = "https://api.openai.com/v1/responses";
    private const string Messages = "https://api.anthropic.com/v1/messages";

    private static readonly ModelPrice Model = new("gpt-4o-mini", 0.15m, 0.60m) { ContextTokens = 128_000 };

    [Theory]
    [InlineData(Responses, """ "tools":[{"type":"code_interpreter","container":{"type":"auto"}}] """, EstimateBasis.Calibrated)]
    [InlineData(Responses, """ "tools":[{"type":"web_search"}],"max_tool_calls":3 """, EstimateBasis.Calibrated)]
    [InlineData(Responses, """ "tools":[{"type":"web_search"}],"max_tool_calls":null """, EstimateBasis.Calibrated)]
    [InlineData(Responses, """ "tools":[{"type":"web_search"}],"max_tool_calls":9223372036854775807 """, EstimateBasis.Calibrated)]
    [InlineData(Responses, """ "tools":[{"type":"function","name":"f"}],"max_tool_calls":3,"previous_response_id":"r" """, EstimateBasis.Bounded)]
    [InlineData(Messages, """ "tools":[{"type":"web_search_20250305","name":"web_search","max_uses":2},{"type":"web_fetch_20250910","name":"web_fetch","max_uses":1}] """, EstimateBasis.Calibrated)]
    [InlineData(Messages, """ "tools":[{"type":"web_search_20250305","name":"web_search","max_uses":2},{"type":"web_fetch_20250910","name":"web_fetch"}] """, EstimateBasis.Calibrated)]
    [InlineData(Messages, """ "tools":[{"type":"web_search_20250305","name":"web_search"}],"max_tool_calls":3 """, EstimateBasis.Calibrated)]
    [InlineData(Messages, """ "tools":[{"type":"bash_20250124","name":"bash"}] """, EstimateBasis.Bounded)]
    [InlineData("https://api.openai.com/v1/chat/completions", """ "web_search_options":{} """, EstimateBasis.Bounded)]
    [InlineData("https://api.x.ai/v1/chat/completions", """ "search_parameters":{"mode":"auto"} """, EstimateBasis.Calibrated)]
    [InlineData("https://openrouter.ai/api/v1/chat/completions", """ "plugins":[{"id":"web"}] """, EstimateBasis.Calibrated)]
    public void UpperEnd_OfToolsAtTheProvider_IsOneWindowAndNoBound(string url, string asked, EstimateBasis basis)
    {
        var facts = Calls.Read(url, $$"""{"model":"gpt-4o-mini",{{asked}}}""");
        foreach (var estimate in (InputEstimate[])[new PromptEstimator().FromBytes(facts, Model), new PromptEstimator().FromCount(facts, Model)])
        {
            Assert.Equal(EstimateMethod.ContextWindow, estimate.Method);
            Assert.Equal((128_000, basis), (estimate.Tokens.Upper, estimate.Basis));
        }
    }
}
