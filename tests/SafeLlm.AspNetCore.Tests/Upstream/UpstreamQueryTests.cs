using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SafeLlm.AspNetCore.Tests;

public sealed class UpstreamQueryTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("?", "?")]
    [InlineData("?alt=sse", "?alt=sse")]
    [InlineData("?api-version=2024-10-21&a=%2F+b", "?api-version=2024-10-21&a=%2F+b")]
    [InlineData("?alt=sse&key=AIza", "?alt=sse")]
    [InlineData("?key=AIza&alt=sse&KEY=b&k%65y=c", "?alt=sse")]
    [InlineData("?key", "")]
    [InlineData("?access_token=a&$userProject=p&%24userProject=q&X-Amz-Signature=s", "")]
    [InlineData("?monkey=1&keys=2", "?monkey=1&keys=2")]
    public void Clean_ACallersCredentials_AreGoneAndTheRestIsAsItWas(string query, string expected) =>
        Assert.Equal(expected, UpstreamQuery.Clean(new QueryString(query)).Value ?? "");

    [Theory]
    [InlineData("?fields=candidates,usageMetadata.promptTokenCount", "")]
    [InlineData("?alt=sse&%24fields=candidates&Fields=a", "?alt=sse")]
    [InlineData("?callback=f&$callback=g&prettyPrint=false", "?prettyPrint=false")]
    [InlineData("?alt=json&$alt=SSE", "?alt=json&$alt=SSE")]
    [InlineData("?alt=proto&$alt=media&a%6Ct=%70roto&alt=sse%20x", "")]
    [InlineData("?alt=sse&alt=proto", "?alt=sse")]
    [InlineData("?fieldset=1&altitude=proto", "?fieldset=1&altitude=proto")]
    public void Clean_WhatAsksForAnAnswerWithoutUsage_IsGone(string query, string expected) =>
        Assert.Equal(expected, UpstreamQuery.Clean(new QueryString(query)).Value ?? "");

    [Fact]
    public async Task Query_OfACallThatIsForwarded_HasNoCredentials()
    {
        var received = "";
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", (HttpContext context) =>
        {
            received = context.Request.QueryString.Value;
            return Chats.Json(Chats.Answer());
        }).RequireSafeLlm(endpoint => endpoint.ForwardToProvider())));
        var request = TestRequest.Chat();
        request.Target = "/v1/chat/completions?a=1&key=AIza";

        Assert.Equal(200, (int)(await host.SendAsync(request)).StatusCode);

        Assert.Equal("?a=1", received);
    }
}
