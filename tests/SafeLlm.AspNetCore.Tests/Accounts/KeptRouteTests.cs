using SafeLlm.Formats;

namespace SafeLlm.AspNetCore.Tests;

public sealed class KeptRouteTests
{
    [Theory]
    [InlineData("GET", "/v1/responses/resp_1", "resp_1", true)]
    [InlineData("DELETE", "/v1/responses/resp_1", "resp_1", true)]
    [InlineData("POST", "/v1/responses/resp_1/cancel", "resp_1", true)]
    [InlineData("GET", "/v1/responses/resp%5F1/input_items", "resp_1", true)]
    [InlineData("GET", "/openai/v1/files/file_1/content", "file_1", true)]
    [InlineData("GET", "/v1/vector_stores/vs_1/files/file_1", "vs_1", true)]
    [InlineData("POST", "/v1/vector_stores/vs_1/search", "vs_1", false)]
    [InlineData("GET", "/v1/chat/completions/chatcmpl_1", "chatcmpl_1", true)]
    [InlineData("DELETE", "/v1beta/cachedContents/abc", "abc", true)]
    [InlineData("GET", "/v1/messages/batches/msgbatch_1/results", "msgbatch_1", true)]
    [InlineData("POST", "/v1/conversations/conv_1/items", "conv_1", true)]
    [InlineData("POST", "/v1/files", null, true)]
    [InlineData("POST", "/v1/conversations", null, true)]
    [InlineData("GET", "/v1/%66iles/file_1", "file_1", true)]
    [InlineData("POST", "/v1/batches", null, false)]
    public void Of_ARouteOfWhatIsKept_NamesIt(string method, string path, string? id, bool isPassage)
    {
        var route = KeptRoute.Of(new RequestTarget(method, "host", path, ""))!;

        Assert.Equal((id, isPassage), (route.Id, route.IsPassage));
    }

    [Theory]
    [InlineData("POST", "/v1/chat/completions")]
    [InlineData("POST", "/v1/responses")]
    [InlineData("POST", "/v1/responses/")]
    [InlineData("POST", "/v1/responses/compact")]
    [InlineData("POST", "/v1/responses/input_tokens")]
    [InlineData("GET", "/v1/models/gpt-4o")]
    [InlineData("POST", "/v1/messages")]
    public void Of_AnyOtherRoute_IsNone(string method, string path) => Assert.Null(KeptRoute.Of(new RequestTarget(method, "host", path, "")));

    [Theory]
    [InlineData("/v1/files")]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/responses")]
    public void Of_AListOfWhatAllTenantsHave_IsTold(string path) => Assert.True(KeptRoute.Of(new RequestTarget("GET", "host", path, ""))!.IsList);
}
