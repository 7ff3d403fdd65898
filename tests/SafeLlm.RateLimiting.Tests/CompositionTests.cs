using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.RateLimiting;
using SafeLlm.Limits;

namespace SafeLlm.RateLimiting.Tests;

/// <summary>The limiter beneath the two frameworks that take one, and chained with those of the framework.</summary>
public sealed class CompositionTests
{
    private readonly InMemoryLedger ledger = new(TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AspNetCore_LimitsEachUser_AndSettlesWhenTheRequestIsDone(bool isSlow)
    {
        ILedger used = isSlow ? new SlowLedger(ledger) : ledger;
        await using var app = await StartAsync(options => options.AddPolicy("llm", context =>
            LedgerRateLimitPartition.Get(context.Request.Query["user"].ToString(), used, (user, limiter) =>
            {
                limiter.Limits.Add(Limit.Requests(2).PerDay().For($"user:{user}"));
                limiter.Limits.Add(Limit.ConcurrentCalls(5));
            })));
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        HttpStatusCode[] ofAlice = [await GetAsync(http, "alice"), await GetAsync(http, "alice"), await GetAsync(http, "alice")];
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], ofAlice);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(http, "bob"));

        await app.StopAsync(Cancel);
        var state = Assert.Single(await ledger.ReadAsync([Limit.Requests(2).PerDay().For("user:alice")], Cancel));
        Assert.Equal(2, state.Spent + state.Held);
    }

    [Fact]
    public async Task AspNetCore_ChainsWithItsOwnLimiters()
    {
        var ours = LedgerPartitions(Limit.Requests(100).PerDay());
        var theirs = PartitionedRateLimiter.Create<HttpContext, int>(_ => RateLimitPartition.GetFixedWindowLimiter(0, _ => new FixedWindowRateLimiterOptions { PermitLimit = 1, Window = TimeSpan.FromDays(1) }));
        await using var app = await StartAsync(options => options.GlobalLimiter = PartitionedRateLimiter.CreateChained(ours, theirs));
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        Assert.Equal(HttpStatusCode.OK, await GetAsync(http, "alice"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync(http, "alice"));

        // The lease of ours was disposed where theirs refused: nothing stays open.
        await app.StopAsync(Cancel);
        Assert.Equal(0, await ledger.CountHoldsAsync(Cancel));
    }

    [Fact]
    public async Task Polly_RefusesWhatDoesNotFit_AndTellsWhenItWill()
    {
        using var limiter = new LedgerRateLimiter(ledger, new LedgerRateLimiterOptions { Limits = { Limit.Requests(2).PerDay() } });
        var pipeline = new ResiliencePipelineBuilder().AddRateLimiter(limiter).Build();

        for (var i = 0; i < 2; i++) await pipeline.ExecuteAsync(_ => ValueTask.CompletedTask, Cancel);
        var refused = await Assert.ThrowsAsync<RateLimiterRejectedException>(async () => await pipeline.ExecuteAsync(_ => ValueTask.CompletedTask, Cancel));

        Assert.NotNull(refused.RetryAfter);
        Assert.Equal(2, Assert.Single(await ledger.ReadAsync([Limit.Requests(2).PerDay()], Cancel)).Spent);
    }

    [Fact]
    public async Task Chain_WithAFrameworkLimiter_TakesFromBoth()
    {
        using var ours = new LedgerRateLimiter(ledger, new LedgerRateLimiterOptions { Limits = { Limit.ConcurrentCalls(1) } });
        using var theirs = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 5 });
        using var chain = RateLimiter.CreateChained(theirs, ours);

        using (var one = await chain.AcquireAsync(1, Cancel))
        {
            using var two = await chain.AcquireAsync(1, Cancel);
            Assert.Equal((true, false), (one.IsAcquired, two.IsAcquired));
        }

        Assert.Equal(5, theirs.GetStatistics()!.CurrentAvailablePermits);
        Assert.Equal(0, await ledger.CountHoldsAsync(Cancel));
    }

    private PartitionedRateLimiter<HttpContext> LedgerPartitions(Limit limit) =>
        PartitionedRateLimiter.Create<HttpContext, int>(_ => LedgerRateLimitPartition.Get(0, ledger, (_, options) => options.Limits.Add(limit)));

    private static async Task<WebApplication> StartAsync(Action<RateLimiterOptions> configure)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            configure(options);
        });
        var app = builder.Build();
        app.UseRateLimiter();
        var answer = app.MapGet("/", () => "hello");
        if (app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<RateLimiterOptions>>().Value.GlobalLimiter is null) answer.RequireRateLimiting("llm");
        await app.StartAsync(Cancel);
        return app;
    }

    private static async Task<HttpStatusCode> GetAsync(HttpClient http, string user)
    {
        using var response = await http.GetAsync($"/?user={user}", Cancel);
        return response.StatusCode;
    }
}
