using System.Buffers;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>Attacks 40 and 41 of the signing profile: what a server may try to get out of our client.</summary>
public sealed class ClientAttackTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Attack40_Redirect_TakesNoSignedRequestToAnotherHost(int status)
    {
        var taken = 0;
        await using var thief = await StartAsync(_ => Interlocked.Increment(ref taken));
        await using var server = await StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = new Uri(Address(thief), "/v1/chat/completions").ToString();
        });

        await CallAsync(server);

        Assert.Equal(0, taken);
    }

    [Theory]
    [InlineData("signature_invalid")]
    [InlineData("signature_replayed")]
    [InlineData("key_expired")]
    public async Task Attack41_RefusalOfTheSignature_IsNotRetried(string code)
    {
        var asked = 0;
        await using var server = await StartAsync(context =>
        {
            Interlocked.Increment(ref asked);
            context.Response.StatusCode = 401;
            context.Response.ContentType = "application/problem+json";
            context.Response.BodyWriter.Write(Encoding.UTF8.GetBytes($$"""{"title":"no","status":401,"code":"{{code}}","detail":"no"}"""));
        });

        await CallAsync(server);

        Assert.Equal(1, asked);
    }

    private static async Task CallAsync(WebApplication server)
    {
        var options = new SafeLlmClientOptions { Endpoint = new Uri(Address(server), "v1/"), SigningKey = Secrets.SigningKey("k1") };
        using var http = new HttpClient(SafeLlmHandler.Create(options));
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(Address(server), "v1/chat/completions"))
        {
            Content = new StringContent(Scene.Body(",\"max_tokens\":5"), Encoding.UTF8, "application/json"),
        };
        try
        {
            (await http.SendAsync(message, TestContext.Current.CancellationToken)).Dispose();
        }
        catch (SafeLlmException)
        {
            // Whether it throws or answers is another test's matter.
        }
    }

    private static async Task<WebApplication> StartAsync(Action<HttpContext> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(context =>
        {
            answer(context);
            return Task.CompletedTask;
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static Uri Address(WebApplication app) => new(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
}
