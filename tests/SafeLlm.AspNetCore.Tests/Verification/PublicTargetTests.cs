namespace SafeLlm.AspNetCore.Tests;

public sealed class PublicTargetTests
{
    [Theory]
    [InlineData("/v1/files/a%2fb%c3%a9", null, "/v1/files/a%2fb%c3%a9", "")]
    [InlineData("/v1?a=b?c", null, "/v1", "?a=b?c")]
    [InlineData("/?", null, "/", "?")]
    [InlineData("//double", null, "//double", "")]
    [InlineData("http://API.example.com/v1?x=%20", "API.example.com", "/v1", "?x=%20")]
    [InlineData("http://api.example.com", "api.example.com", "/", "")]
    [InlineData("http://api.example.com?x", "api.example.com", "/", "?x")]
    public void Split_ATargetWithAPath_KeepsItsBytes(string target, string? authority, string path, string query) =>
        Assert.Equal(new PublicTarget(authority, path, query), PublicTarget.Split(target));

    [Theory]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("api.example.com:443")]
    [InlineData("http://")]
    [InlineData("http:///path")]
    public void Split_ATargetWithoutAPath_IsNone(string target) => Assert.Null(PublicTarget.Split(target));

    [Theory]
    [InlineData("/a/../b", true)]
    [InlineData("/a/%2E%2e/b", true)]
    [InlineData("/a/.%2e", true)]
    [InlineData("/./a", true)]
    [InlineData("/a/...", false)]
    [InlineData("/a/.hidden/..b", false)]
    [InlineData("/a%2f..%2fb", false)]
    public void HasDotSegments_IsTrueForWhatRoutingWouldResolve(string path, bool expected) => Assert.Equal(expected, new PublicTarget(null, path, "").HasDotSegments);

    [Theory]
    [InlineData("api.example.com", true)]
    [InlineData("localhost:5000", true)]
    [InlineData("localhost:81", false)]
    [InlineData("127.0.0.1:1234", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:80", true)]
    [InlineData("[::1]", true)]
    [InlineData("api.example.com:8443", false)]
    [InlineData("api.example.com.evil.org", false)]
    [InlineData("", false)]
    public void Contains_AnAuthority_FollowsTheList(string authority, bool expected) =>
        Assert.Equal(expected, new AuthorityList(["API.example.com", "localhost:5000", "127.0.0.1:*", "[::1]:*"]).Contains(authority));

    [Theory]
    [InlineData("api.example.com", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("localhost:*", true)]
    [InlineData("https://api.example.com", false)]
    [InlineData("api.example.com/path", false)]
    [InlineData("user@host", false)]
    [InlineData(":*", false)]
    [InlineData("", false)]
    public void IsWellFormed_FollowsTheGrammar(string authority, bool expected) => Assert.Equal(expected, AuthorityList.IsWellFormed(authority));

    [Theory]
    [InlineData("/v1/chat/completions", false)]
    [InlineData("/v1/chat/completions/", false)]
    [InlineData("/model/anthropic.claude%3A0/invoke", false)]
    [InlineData("/v1/files/a%2fb", false)]
    [InlineData("/v1/files/%e2%82%ac", false)]
    [InlineData("/v1/files/100%", false)]
    [InlineData("/v1/files/%4", false)]
    [InlineData("/v1/%63hat/completions", true)]
    [InlineData("/v1/files/a%2fb%5F", true)]
    [InlineData("/v1/files/a%2Db", true)]
    [InlineData("/v1/files/%7euser", true)]
    [InlineData("/v1//chat/completions", true)]
    [InlineData("//v1/chat/completions", true)]
    public void IsWrittenOtherwise_IsTrueForWhatIsDecodedOrMergedOnTheWay(string path, bool expected) => Assert.Equal(expected, new PublicTarget(null, path, "").IsWrittenOtherwise);
}
