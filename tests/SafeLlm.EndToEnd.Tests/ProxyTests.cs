using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using SafeLlm.AspNetCore;
using SafeLlm.Limits;
using SafeLlm.Signing;
using Yarp.ReverseProxy.Configuration;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>
/// A reverse proxy (YARP, as it comes: it gives its destination another Host and tells the old one in X-Forwarded-Host) in front of the
/// verifier, over HTTP/1.1 and HTTP/2, with a path prefix that the destination does not see.
/// </summary>
public sealed class ProxyTests
{
    private const string Prefix = "/llm";
    private const string Body = """{"model":"gpt-4.1-mini","max_tokens":5,"messages":[{"role":"user","content":"hello"}]}""";

    public static TheoryData<string, HttpProtocols> Ways => new()
    {
        { "/v1/chat/completions", HttpProtocols.Http1 },
        { "/v1/chat/completions", HttpProtocols.Http2 },
        { "/v1/models/a%20b~c?x=%E2%82%AC&y", HttpProtocols.Http1 },
        { "/v1/models/a%20b~c?x=%E2%82%AC&y", HttpProtocols.Http2 },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Request_ThroughAListedProxy_IsVerifiedAsItsClientSentIt(string target, HttpProtocols behind)
    {
        await using var chain = await Chain.StartAsync(behind, isListed: true);

        var (status, text) = await chain.SendAsync(chain.Front, Prefix + target);

        Assert.Equal(200, status);
        Assert.Equal($"k1 127.0.0.1 {(behind == HttpProtocols.Http2 ? "HTTP/2" : "HTTP/1.1")}", text);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Request_ToTheVerifierItself_IsVerifiedOverBothVersions(HttpProtocols protocol)
    {
        await using var chain = await Chain.StartAsync(protocol, isListed: true);

        Assert.Equal(200, (await chain.SendAsync(chain.Back, "/v1/chat/completions", version: protocol == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11)).Status);
    }

    [Fact]
    public async Task EncodedSlash_WhichThisProxyEncodesOnceMore_IsRefusedAndNotGuessed()
    {
        await using var chain = await Chain.StartAsync(HttpProtocols.Http1, isListed: true);

        Assert.Equal(200, (await chain.SendAsync(chain.Back, "/v1/models/a%2Fb")).Status);
        Assert.Equal(401, (await chain.SendAsync(chain.Front, Prefix + "/v1/models/a%2Fb")).Status);
    }

    [Fact]
    public async Task Request_ThroughAProxyThatIsNotListed_IsRefused()
    {
        await using var chain = await Chain.StartAsync(HttpProtocols.Http1, isListed: false);

        var (status, text) = await chain.SendAsync(chain.Front, Prefix + "/v1/chat/completions");

        Assert.Equal((401, "signature_invalid"), (status, JsonElement.Parse(text).GetProperty("code").GetString()));
    }

    [Fact]
    public async Task ForwardedHeaders_OfTheCallerItself_AreTakenOverByTheProxy()
    {
        await using var chain = await Chain.StartAsync(HttpProtocols.Http1, isListed: true);

        var (status, text) = await chain.SendAsync(chain.Front, Prefix + "/v1/chat/completions", headers: [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Host", "evil.example.com"), ("X-Forwarded-Prefix", "/evil")]);

        Assert.Equal(200, status);
        Assert.StartsWith("k1 127.0.0.1 ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForwardedHost_ThatIsNoneOfOurs_IsRefused()
    {
        await using var chain = await Chain.StartAsync(HttpProtocols.Http1, isListed: true);

        var (status, text) = await chain.SendAsync(chain.Back, "/v1/chat/completions", headers: [("X-Forwarded-Host", "evil.example.com"), ("X-Forwarded-For", "203.0.113.9")]);

        Assert.Equal((421, "wrong_authority"), (status, JsonElement.Parse(text).GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Copy_SentByTheProxyAgain_IsReplayed()
    {
        await using var chain = await Chain.StartAsync(HttpProtocols.Http1, isListed: true);
        var signed = Chain.Sign(chain.Front, Prefix + "/v1/chat/completions");

        Assert.Equal(200, (await chain.SendAsync(chain.Front, Prefix + "/v1/chat/completions", signed)).Status);
        Assert.Equal(401, (await chain.SendAsync(chain.Front, Prefix + "/v1/chat/completions", signed)).Status);
    }

    private sealed class Chain(WebApplication back, WebApplication front) : IAsyncDisposable
    {
        private readonly HttpClient http = new();

        public Uri Front => Address(front);

        public Uri Back => Address(back);

        public static async Task<Chain> StartAsync(HttpProtocols behind, bool isListed)
        {
            var back = await StartAsync(behind, builder => builder.Services.AddRouting().AddSafeLlmVerifier(options =>
            {
                options.PublicAuthorities.Add("127.0.0.1:*");
                options.RefuseAfterRestart = false;
                if (isListed) options.KnownProxies.Add("127.0.0.1");
                options.Tiers["pro"] = new SafeLlmTierOptions { MaxOutputTokens = 100 };
                options.Keys.Add(new SafeLlmKeyOptions { KeyId = "k1", Secret = Secrets.SigningSecret, Tier = "pro" });
            }).UseInMemory(), app =>
            {
                app.UseSafeLlm();
                app.MapPost("/{**path}", (HttpContext context) => $"{context.Features.Get<ISafeLlmFeature>()!.Key!.Key.KeyId} {context.Connection.RemoteIpAddress} {context.Request.Protocol}")
                    .RequireSafeLlm(endpoint => endpoint.HoldPerCall(0, 0, 0));
            });
            var cluster = new ClusterConfig
            {
                ClusterId = "verifier",
                Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = Address(back).ToString() } },
                HttpRequest = new() { Version = behind == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact },
            };
            var route = new RouteConfig { RouteId = "all", ClusterId = "verifier", Match = new() { Path = "/{**path}" } };
            var front = await StartAsync(HttpProtocols.Http1, builder => builder.Services.AddReverseProxy().LoadFromMemory([route], [cluster]), app =>
            {
                // What comes before the routes is told to the destination in X-Forwarded-Prefix.
                app.UsePathBase(Prefix);
                app.UseRouting();
                app.MapReverseProxy();
            });
            return new Chain(back, front);
        }

        public static SignatureHeaders Sign(Uri address, string target) =>
            new RequestSigner(TimeProvider.System).Sign(new RawTarget(address.Authority, target), Encoding.UTF8.GetBytes(Body), Secrets.SigningKey("k1"));

        public async Task<(int Status, string Text)> SendAsync(Uri address, string target, SignatureHeaders? signed = null, Version? version = null, IEnumerable<(string Name, string Value)>? headers = null)
        {
            var signature = signed ?? Sign(address, target);
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(address, target))
            {
                Content = new StringContent(Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
                Version = version ?? HttpVersion.Version11,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            message.Headers.TryAddWithoutValidation("Content-Digest", signature.ContentDigest);
            message.Headers.TryAddWithoutValidation("Signature-Input", signature.SignatureInput);
            message.Headers.TryAddWithoutValidation("Signature", signature.Signature);
            foreach (var (name, value) in headers ?? []) message.Headers.TryAddWithoutValidation(name, value);
            using var response = await http.SendAsync(message, TestContext.Current.CancellationToken);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await front.DisposeAsync();
            await back.DisposeAsync();
        }

        private static async Task<WebApplication> StartAsync(HttpProtocols protocols, Action<WebApplicationBuilder> add, Action<WebApplication> map)
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
            add(builder);
            var app = builder.Build();
            map(app);
            await app.StartAsync(TestContext.Current.CancellationToken);
            return app;
        }

        private static Uri Address(WebApplication app) => new(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
    }

    private sealed class RawTarget(string authority, string target) : ISignableRequest
    {
        private readonly int query = target.IndexOf('?');

        public string Method => "POST";

        public string Scheme => "http";

        public string Authority => authority;

        public string Path => query < 0 ? target : target[..query];

        public string Query => query < 0 ? "?" : target[query..];

        public bool HasContent => true;

        public IEnumerable<string> HeaderNames => ["content-type"];

        public IReadOnlyList<string> Header(string name) => name == "content-type" ? ["application/json"] : [];
    }
}
