using System.Text;
using SafeLlm.Formats;

namespace SafeLlm.Tests.Tokens;

/// <summary>Facts of chat requests for tests.</summary>
internal static class Calls
{
    public static CallFacts Chat(string body) =>
        Read("https://api.openai.com/v1/chat/completions", body);

    public static CallFacts Read(string url, string body) =>
        Assert.IsType<RequestReading.Call>(WireFormats.Default.Read(RequestTarget.From(HttpMethod.Post, new Uri(url)), Encoding.UTF8.GetBytes(body))).Facts;

    /// <summary>One message of a user, as a JSON string inside its quotes.</summary>
    public static CallFacts User(string escaped, string model = "gpt-4o-mini", string more = "") =>
        Chat($$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{escaped}}"}]{{more}}}""");
}
