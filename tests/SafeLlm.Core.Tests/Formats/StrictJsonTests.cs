using System.Text;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Tests.Formats;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[{"a":1},{"a":2}],"A":{"a":null}}""")]
    [InlineData("""{"a":"\ud83d\ude00","b":"\\ud800","":1}""")]
    [InlineData("[1,2]")]
    [InlineData("\"x\"")]
    public void Check_OfSoundDocument_FindsNothing(string json) => Assert.Null(StrictJson.Check(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"a":1,"a":2}""", RefusalCode.JsonDuplicateKey)]
    [InlineData("""{"x":{"y":[{"a":1,"\u0061":2}]}}""", RefusalCode.JsonDuplicateKey)]
    [InlineData("""{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":{"a":1},"a":2}""", RefusalCode.JsonDuplicateKey)]
    [InlineData("""{"a":"\ud800"}""", RefusalCode.JsonInvalid)]
    [InlineData("""{"a":"\udc00\ud800"}""", RefusalCode.JsonInvalid)]
    [InlineData("""{"\ud83d":1}""", RefusalCode.JsonInvalid)]
    [InlineData("{} {}", RefusalCode.JsonInvalid)]
    [InlineData("{\"a\":1,}", RefusalCode.JsonInvalid)]
    [InlineData("// c\n{}", RefusalCode.JsonInvalid)]
    [InlineData("NaN", RefusalCode.JsonInvalid)]
    [InlineData("", RefusalCode.JsonInvalid)]
    [InlineData("\ufeff{}", RefusalCode.JsonInvalid)]
    public void Check_OfUnsoundDocument_Refuses(string json, RefusalCode code) => Assert.Equal(code, StrictJson.Check(Encoding.UTF8.GetBytes(json))?.Code);

    [Fact]
    public void Check_OfInvalidUtf8_Refuses() => Assert.Equal(RefusalCode.JsonInvalid, StrictJson.Check([(byte)'"', 0xC0, 0xAF, (byte)'"'])?.Code);

    [Theory]
    [InlineData(64, false)]
    [InlineData(65, true)]
    [InlineData(200, true)]
    [InlineData(100_000, true)]
    public void Depth_AboveTheLimit_IsRefusedByCheckAndByRead(int depth, bool isRefused)
    {
        // The document itself is the first level.
        var json = Encoding.UTF8.GetBytes("{\"metadata\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}");
        Assert.Equal(isRefused ? RefusalCode.JsonDepth : null, StrictJson.Check(json)?.Code);
        var reading = WireFormats.Default.Read(new RequestTarget("POST", "api.openai.com", "/v1/chat/completions", ""), json);
        Assert.Equal(isRefused ? RefusalCode.JsonDepth : null, (reading as RequestReading.Malformed)?.Code);
    }

    [Fact]
    public void Refusal_OfAnyFault_NeverShowsContent()
    {
        foreach (var json in new[] { """{"secret-content":"x","a":1,"a":2}""", """{"a":secret-content}""", """{"a":"secret-content""", "secret-content" })
        {
            Assert.DoesNotContain("secret-content", StrictJson.Check(Encoding.UTF8.GetBytes(json))!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Check_OfSigningVectors_RefusesDuplicates()
    {
        var document = JsonElement.Parse(File.ReadAllBytes(SharedData.Path("data", "signing", "public.json")));
        var refused = document.GetProperty("vectors").EnumerateArray()
            .Where(vector => vector.GetProperty("expected").TryGetProperty("reason", out var reason) && reason.GetString() == "json_duplicate_key")
            .ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, vector => Assert.Equal(RefusalCode.JsonDuplicateKey, StrictJson.Check(vector.GetProperty("request").GetProperty("body_b64").GetBytesFromBase64())?.Code));
    }

    [Fact]
    public void Check_OfManyMembers_EndsAndFindsTheOneThatIsThereTwice()
    {
        var members = string.Join(',', Enumerable.Range(0, 300_000).Select(i => $"\"member-{i}\":0"));
        Assert.Null(StrictJson.Check(Encoding.UTF8.GetBytes("{" + members + "}")));
        Assert.Equal(RefusalCode.JsonDuplicateKey, StrictJson.Check(Encoding.UTF8.GetBytes("{" + members + ",\"member-150000\":1}"))?.Code);
    }
}
