using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

public sealed class ToolRoundsTests
{
    private const string Responses = "https://api.openai.com/v1/responses";
    private const string Messages = "https://api.anthropic.com/v1/messages";

    private static readonly ModelPrice Model = new("gpt-4o-mini", 0.15m, 0.60m) { ContextTokens = 128_000 };

    [Theory]
    [InlineData(Responses, """ "tools":[{"type":"code_interpreter","container":{"type":"auto"}}] """, 128_000, EstimateBasis.Calibrated)]
    [InlineData(Responses, """ "tools":[{"type":"web_search"}],"max_tool_calls":3 """, 512_000, EstimateBasis.Bounded)]
    [InlineData(Responses, """ "tools":[{"type":"web_search"}],"max_tool_calls":null """, 128_000, EstimateBasis.Calibrated)]
    [InlineData(Responses, """ "tools":[{"type":"web_search"}],"max_tool_calls":9223372036854775807 """, long.MaxValue, EstimateBasis.Bounded)]
    [InlineData(Responses, """ "tools":[{"type":"function","name":"f"}],"max_tool_calls":3,"previous_response_id":"r" """, 128_000, EstimateBasis.Bounded)]
    [InlineData(Messages, """ "tools":[{"type":"web_search_20250305","name":"web_search","max_uses":2},{"type":"web_fetch_20250910","name":"web_fetch","max_uses":1}] """, 512_000, EstimateBasis.Bounded)]
    [InlineData(Messages, """ "tools":[{"type":"web_search_20250305","name":"web_search","max_uses":2},{"type":"web_fetch_20250910","name":"web_fetch"}] """, 128_000, EstimateBasis.Calibrated)]
    [InlineData(Messages, """ "tools":[{"type":"web_search_20250305","name":"web_search"}],"max_tool_calls":3 """, 128_000, EstimateBasis.Calibrated)]
    [InlineData(Messages, """ "tools":[{"type":"bash_20250124","name":"bash"}] """, 128_000, EstimateBasis.Bounded)]
    [InlineData("https://api.openai.com/v1/chat/completions", """ "web_search_options":{} """, 128_000, EstimateBasis.Bounded)]
    [InlineData("https://openrouter.ai/api/v1/chat/completions", """ "plugins":[{"id":"web"}] """, 128_000, EstimateBasis.Calibrated)]
    public void UpperEnd_OfToolsAtTheProvider_IsTheWindowOfEachRoundOrNoBound(string url, string asked, long upper, EstimateBasis basis)
    {
        var facts = Calls.Read(url, $$"""{"model":"gpt-4o-mini",{{asked}}}""");
        foreach (var estimate in (InputEstimate[])[new PromptEstimator().FromBytes(facts, Model), new PromptEstimator().FromCount(facts, Model)])
        {
            Assert.Equal(EstimateMethod.ContextWindow, estimate.Method);
            Assert.Equal((upper, basis), (estimate.Tokens.Upper, estimate.Basis));
        }
    }
}
