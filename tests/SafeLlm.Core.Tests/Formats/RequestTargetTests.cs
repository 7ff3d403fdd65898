using SafeLlm.Formats;

namespace SafeLlm.Tests.Formats;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("https://API.example.com/v1/chat/completions?a=%2F", "api.example.com", "/v1/chat/completions", "?a=%2F")]
    [InlineData("https://api.example.com:8443/", "api.example.com:8443", "/", "")]
    [InlineData("http://[::1]:5080/v1/messages", "[::1]:5080", "/v1/messages", "")]
    [InlineData("http://[::1]/", "[::1]", "/", "")]
    public void From_AnAddress_NamesItsServerAsAMessageDoes(string address, string authority, string path, string query) =>
        Assert.Equal(new RequestTarget("POST", authority, path, query), RequestTarget.From(HttpMethod.Post, new Uri(address)));
}
