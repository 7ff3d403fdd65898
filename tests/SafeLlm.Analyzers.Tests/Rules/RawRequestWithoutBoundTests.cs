using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class RawRequestWithoutBoundTests
{
    private const string Url = "https://api.openai.com/v1/chat/completions";

    [Theory]
    [InlineData("""new StringContent(JsonSerializer.Serialize(new { model = "m", messages = new[] { new { role = "user", content = text } }, max_tokens = 5 }))""")]
    [InlineData("""new StringContent("{\"model\":\"m\",\"messages\":[],\"max_completion_tokens\":" + number + "}")""")]
    [InlineData(""""new StringContent($$$"""{"model":"m","messages":[],{{{text}}}}""")"""")]
    [InlineData("new StringContent(text)")]
    [InlineData("given")]
    [InlineData("new StringContent(JsonSerializer.Serialize(loose))")]
    [InlineData("""JsonContent.Create(new Dto { Model = "m", MaxTokens = 5 })""")]
    [InlineData("JsonContent.Create(new Defaulted())")]
    [InlineData("""JsonContent.Create(new Positional("m", text, 5))""")]
    [InlineData("""JsonContent.Create(new Positional("m", text, MaxTokens: number))""")]
    [InlineData("""JsonContent.Create(new PositionalWithDefault("m", text))""")]
    [InlineData("""JsonContent.Create(new Positional("m", text) { MaxTokens = 5 })""")]
    [InlineData("""JsonContent.Create(new Constructed("m", number))""")]
    [InlineData("""JsonContent.Create(new Dictionary<string, object> { ["model"] = "m", ["messages"] = text, ["max_tokens"] = 5 })""")]
    public Task Body_WithABoundOrOutOfSight_DoesNotReport(string content) => Verify.QuietAsync<RawRequestWithoutBound>($$$$"""
        using System.Net.Http.Json;
        using System.Text.Json;
        using System.Text.Json.Serialization;
        class Dto { public string Model { get; set; } = ""; public object? Messages { get; set; } [JsonPropertyName("max_tokens")] public int? MaxTokens { get; set; } }
        class Defaulted { public string Model { get; set; } = ""; public object? Messages { get; set; } public int max_tokens { get; set; } = 100; }
        record Positional(string Model, object Messages, [property: JsonPropertyName("max_tokens")] int? MaxTokens = null);
        record PositionalWithDefault(string Model, object Messages, int MaxTokens = 7);
        class Constructed { public Constructed(string model, int number) => (Model, MaxTokens) = (model, number); public string Model { get; } public object? Messages { get; } public int MaxTokens { get; } }
        class C { Task M(HttpClient http, string text, int number, HttpContent given, object loose) => http.PostAsync("{{{{Url}}}}", {{{{content}}}}); }
        """);

    [Theory]
    [InlineData("https://api.openai.com/v1/embeddings")]
    [InlineData("https://api.openai.com/v1/moderations")]
    [InlineData("https://example.org/api/messages")]
    [InlineData("/agent/completions")]
    public Task Request_OfAnotherKind_DoesNotReport(string url) => Verify.QuietAsync<RawRequestWithoutBound>($$"""
        using System.Net.Http.Json;
        class C { Task M(HttpClient http) => http.PostAsJsonAsync("{{url}}", new { model = "m", input = "hi", messages = 3 }); }
        """);

    [Theory]
    [InlineData("""json["max_tokens"] = 5;""")]
    [InlineData("""json.Add("max_tokens", 5);""")]
    [InlineData("Add(json);")]
    public Task JsonObject_BoundLater_DoesNotReport(string statement) => Verify.QuietAsync<RawRequestWithoutBound>($$"""
        using System.Text.Json.Nodes;
        class C
        {
            static void Add(JsonObject made) => made["max_tokens"] = 9;
            Task M(HttpClient http)
            {
                var json = new JsonObject { ["model"] = "m", ["messages"] = new JsonArray() };
                {{statement}}
                return http.PostAsync("{{Url}}", new StringContent(json.ToJsonString()));
            }
        }
        """);

    [Theory]
    [InlineData("var extra = number > 0 ? \"\\\"max_tokens\\\":\" + number + \",\" : \"\";")]
    [InlineData("var extra = \"\"; if (number > 0) extra = \"\\\"max_tokens\\\": 5,\";")]
    [InlineData("var extra = string.Empty; extra += \"\\\"max_tokens\\\": 5,\";")]
    [InlineData("var extra = text;")]
    [InlineData("var extra = \"\"; if (number > 0) extra = text;")]
    public Task Text_WithAPartThatMayHoldABound_DoesNotReport(string part) => Verify.QuietAsync<RawRequestWithoutBound>($$$"""
        class C
        {
            Task M(HttpClient http, string text, int number)
            {
                {{{part}}}
                return http.PostAsync("{{{Url}}}", new StringContent("{" + extra + "\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}"));
            }
        }
        """);

    [Fact]
    public Task Text_WhosePartsHoldNoBound_Reports() => Verify.ReportsAsync<RawRequestWithoutBound>($$$"""
        class C
        {
            async Task M(HttpClient http, string text, string model, string image)
            {
                var warmth = string.Empty;
                if (text.Length > 9) warmth = "\"temperature\": 0,";
                var body = "{ \"model\": \"" + Escape(model) + "\", " + warmth + "\"messages\": [{ \"role\": \"user\", \"content\": [{ \"type\": \"text\", \"text\": \"say \\\"so\\\", " + text + "\" }, "
                    + "{ \"type\": \"image_url\", \"image_url\": { \"url\": \"data:image/png;base64," + image + "\" } }] }] }";
                await http.[|PostAsync|]("{{{Url}}}", new StringContent(body));
            }

            static string Escape(string text) => text.Replace("\"", "\\\"");
        }
        """);

    [Fact]
    public Task Request_BeneathSafeLlm_DoesNotReport() => Verify.QuietAsync<RawRequestWithoutBound>($$"""
        using System.Net.Http.Json;
        class C
        {
            private readonly HttpClient http = new(SafeLlm.SafeLlmHandler.Create(new SafeLlm.SafeLlmClientOptions()));
            Task M() => http.PostAsJsonAsync("{{Url}}", new { model = "m", messages = 1 });
        }
        """);

    [Fact]
    public Task Body_OfAnyShapeWithoutABound_Reports() => Verify.ReportsAsync<RawRequestWithoutBound>($$$""""
        using System.Net.Http.Json;
        using System.Text;
        using System.Text.Json;
        using System.Text.Json.Nodes;
        class Dto { public string Model { get; set; } = ""; public List<Line> Messages { get; set; } = []; }
        record Positional(string Model, object Messages, int? MaxTokens = null, bool Stream = false);
        class Line { public string Role { get; set; } = ""; public string Content { get; set; } = ""; }
        class C
        {
            private const string Host = "https://api.openai.com";
            private static readonly HttpClient http = new() { BaseAddress = new Uri(Host) };
            async Task M(string text, Dto handed)
            {
                var body = new { model = "m", messages = new[] { new { role = "user", content = text } } };
                var json = JsonSerializer.Serialize(body);
                await http.[|PostAsync|](Host + "/v1/chat/completions", new StringContent(json, Encoding.UTF8, "application/json"));
                await http.[|PostAsJsonAsync|]("v1/chat/completions", body);
                await http.[|PostAsync|]("v1/chat/completions", new StringContent(Newtonsoft.Json.JsonConvert.SerializeObject(new Dto { Model = "m" })));
                await http.[|PostAsync|]("v1/chat/completions", JsonContent.Create(handed));
                await http.[|PostAsJsonAsync|]("v1/chat/completions", new Positional("m", text, Stream: true));
                await http.[|PostAsJsonAsync|]("v1/chat/completions", new Positional("m", text, null, true));
                await http.[|PostAsync|]("{{{Url}}}", new StringContent("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}"));
                await http.[|PostAsync|]("{{{Url}}}", new StringContent($"{{\"model\":\"m\",\"messages\":[{{\"role\":\"user\",\"content\":\"{text}\"}}]}}"));
                await http.[|PostAsync|]("{{{Url}}}", new ByteArrayContent("""{"model":"m","messages":[]}"""u8.ToArray()));
                using var request = new HttpRequestMessage(HttpMethod.Post, "{{{Url}}}");
                request.Content = new StringContent(new JsonObject { ["model"] = "m", ["messages"] = new JsonArray() }.ToJsonString());
                await http.[|SendAsync|](request);
                await http.[|PostAsJsonAsync|]("https://generativelanguage.googleapis.com/v1beta/models/g:generateContent", new { contents = new[] { new { parts = new[] { new { text } } } } });
                await http.[|PostAsJsonAsync|]("http://localhost:11434/api/generate", new { model = "m", prompt = text, stream = false });
            }
        }
        """");

    [Fact]
    public Task Writer_WithoutABound_Reports() => Verify.ReportsAsync<RawRequestWithoutBound>($$"""
        using System.Text.Json;
        class C
        {
            Task M(HttpClient http)
            {
                var stream = new MemoryStream();
                using (var json = new Utf8JsonWriter(stream))
                {
                    json.WriteStartObject();
                    json.WriteString("model", "m");
                    json.WriteStartArray("messages");
                    json.WriteEndArray();
                    json.WriteEndObject();
                }

                return http.[|PostAsync|]("{{Url}}", new ByteArrayContent(stream.ToArray()));
            }
        }
        """);

    [Fact]
    public Task Protocol_WithoutABound_Reports() => Verify.ReportsAsync<RawRequestWithoutBound>("""
        using System.ClientModel;
        using OpenAI.Chat;
        class C
        {
            void M(ChatClient client)
            {
                using var content = BinaryContent.Create(BinaryData.FromString("{\"model\":\"m\",\"messages\":[]}"));
                client.[|CompleteChat|](content);
                client.CompleteChat(BinaryContent.Create(BinaryData.FromObjectAsJson(new { model = "m", messages = Array.Empty<object>(), max_completion_tokens = 5 })));
            }
        }
        """);

    [Fact]
    public Task Fix_AddsTheMemberOfTheWireFormat() => Fix.ChangesAsync<RawRequestWithoutBound, AddJsonBound>("""
        using System.Net.Http.Json;
        class C
        {
            async Task M(HttpClient http, string text)
            {
                await http.PostAsJsonAsync("https://api.openai.com/v1/chat/completions", new { model = "m", messages = text });
                await http.PostAsJsonAsync("https://generativelanguage.googleapis.com/v1beta/models/g:generateContent", new
                {
                    contents = text,
                });
            }
        }
        """, """
        using System.Net.Http.Json;
        class C
        {
            async Task M(HttpClient http, string text)
            {
                await http.PostAsJsonAsync("https://api.openai.com/v1/chat/completions", new { model = "m", messages = text, max_completion_tokens = 1024 });
                await http.PostAsJsonAsync("https://generativelanguage.googleapis.com/v1beta/models/g:generateContent", new
                {
                    contents = text,
                    generationConfig = new { maxOutputTokens = 1024 },
                });
            }
        }
        """);
}
