using System.Text;
using Microsoft.AspNetCore.Builder;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>
/// An endpoint with a price of its own that passes calls on takes content of any type. Services read JSON whatever it is declared as, so what it asks
/// for is looked at all the same.
/// </summary>
public sealed class DisguisedContentTests
{
    private int calls;

    public static TheoryData<string, string> Disguises => new()
    {
        { "text/plain", "utf-8" },
        { "multipart/form-data; boundary=b", "utf-8" },
        { "application/octet-stream", "utf-16" },
        { "application/octet-stream", "utf-16BE" },
        { "application/octet-stream", "utf-32BE" },
        { "json", "utf-8" },
    };

    [Theory]
    [MemberData(nameof(Disguises))]
    public async Task AForeignId_InJsonThatIsDeclaredOtherwise_IsRefused(string type, string encoding)
    {
        await using var host = await StartAsync();

        using var answer = await host.SendAsync(Request(type, Encoding.GetEncoding(encoding).GetBytes("""  {"previous_response_id":"resp_of_another"}""")));

        Assert.Contains((await Problem.ReadAsync(answer)).Code, (string[])["not_issued", "json_invalid"]);
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task ContentThatIsNoJson_PassesAsItIs()
    {
        await using var host = await StartAsync();

        Assert.Equal(200, (int)(await host.SendAsync(Request("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n{\r\n--b--\r\n"u8.ToArray()))).StatusCode);
        Assert.Equal(1, calls);
    }

    private static TestRequest Request(string type, byte[] body) => new TestRequest { Target = "/v1/audio/transcriptions", Body = body }.With("content-type", type);

    private Task<VerifierHost> StartAsync() => VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/audio/transcriptions", () =>
    {
        calls++;
        return Chats.Json("{}");
    }).RequireSafeLlm(endpoint =>
    {
        endpoint.HoldPerCall(100, 100, 0.01m);
        endpoint.ForwardToProvider();
    })));
}
