using System.Text;
using SafeLlm.Formats;

namespace SafeLlm.Tests.Tokens;

/// <summary>Facts of chat requests for tests.</summary>
internal static class Calls
{
    public static CallFacts Chat(string body) =>
        Assert.IsType<RequestReading.Call>(WireFormats.Default.Read(new RequestTarget("POST", "api.openai.com", "/v1/chat/completions", ""), Encoding.UTF8.GetBytes(body))).Facts;

    /// <summary>One message of a user, as a JSON string inside its quotes.</summary>
    public static CallFacts User(string escaped, string model = "gpt-4o-mini", string more = "") =>
        Chat($$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{escaped}}"}]{{more}}}""");
}
