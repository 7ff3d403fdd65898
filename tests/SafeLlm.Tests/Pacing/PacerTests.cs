using System.Net;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Pacing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Pacing;

public sealed class PacerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A strict provider: a bucket of 60 that refills by one a second, or a window of 60 a minute.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Burst_AgainstAStrictProvider_HardlyMeetsA429AndLosesLittleTime(bool refills)
    {
        const int calls = 500;
        const int limit = 60;
        var world = new World();
        world.Options.Timeout = TimeSpan.FromHours(1);
        world.Options.RetryAfterCap = TimeSpan.FromHours(1);
        var strict = new StrictLimiter(world.Time, limit, refills);
        var refused = 0;
        var done = 0;
        world.Provider.Otherwise = _ =>
        {
            var (isAllowed, headers) = strict.Take();
            if (!isAllowed) Interlocked.Increment(ref refused);
            var answer = isAllowed ? Answers.Whole("Hi", 1, 1) : Answers.Error(429, "rate_limit_exceeded");
            foreach (var (name, value) in headers) answer.Headers.TryAddWithoutValidation(name, value);
            return answer;
        };
        var start = world.Time.GetUtcNow();

        var sending = Task.WhenAll(Enumerable.Range(0, calls).Select(async _ =>
        {
            using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Interlocked.Increment(ref done);
        }));
        while (!sending.IsCompleted)
        {
            // The clock goes on once every call is done, was refused and waits to try again, or waits for its turn; read in this order,
            // none is counted twice, as the first stays so and the second ends by the clock alone.
            if (Volatile.Read(ref done) + world.Time.Pauses + world.Handler.Runtime.Pacers.Waiting == calls) world.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await sending;
        var took = world.Time.GetUtcNow() - start;
        var ideal = refills ? TimeSpan.FromSeconds(calls - limit) : TimeSpan.FromMinutes((calls / limit) - (calls % limit == 0 ? 1 : 0));
        Assert.True(refused < calls / 100, $"{refused} of {calls} were refused.");
        Assert.True(took <= ideal * 1.2, $"It took {took}; ideal is {ideal}.");
    }

    [Fact]
    public async Task Burst_AgainstAProviderThatSaysNothing_GoesInStepsUntilItsFirstAnswerAndThenAllAtOnce()
    {
        const int calls = 100;
        var world = new World();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var others = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var i = 0; i < calls; i++)
        {
            var gate = i == 0 ? first : others;
            world.Provider.Then(async (_, token) =>
            {
                await gate.Task.WaitAsync(token);
                return Answers.Whole("Hi", 1, 1);
            });
        }

        var sending = Enumerable.Range(0, calls).Select(_ => world.Http.SendAsync(World.Request(World.Body()), Cancel)).ToArray();
        Assert.Equal(calls - 8, world.Handler.Runtime.Pacers.Waiting);
        world.Time.Advance(TimeSpan.FromMilliseconds(1_001));
        Assert.Equal(calls - 16, world.Handler.Runtime.Pacers.Waiting);

        first.SetResult();
        await Task.WhenAny(sending);
        Assert.Equal(0, world.Handler.Runtime.Pacers.Waiting);
        others.SetResult();
        await Task.WhenAll(sending);
        Assert.Equal(calls, world.Provider.Requests.Count);
    }

    [Fact]
    public async Task Call_CancelledWhileItWaits_LeavesNoTrace()
    {
        var world = new World().With(SafeLlm.Limits.Limit.Dollars(1).PerDay());
        world.Provider.Otherwise = _ =>
        {
            var answer = Answers.Whole("Hi", 1, 1);
            foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("x-ratelimit-limit-requests", "1"), ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "30s")]) answer.Headers.TryAddWithoutValidation(name, value);
            return answer;
        };
        using var first = await world.Http.SendAsync(World.Request(World.Body()), Cancel);
        using var leave = new CancellationTokenSource();

        var waits = world.Http.SendAsync(World.Request(World.Body()), leave.Token);
        Assert.False(waits.IsCompleted);
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        Assert.Single(world.Provider.Requests);
        Assert.Equal(0, await world.OpenHoldsAsync());
        using var next = await world.SendWhileTimePassesAsync(World.Request(World.Body()), TimeSpan.FromSeconds(1));
        Assert.Equal(2, world.Provider.Requests.Count);
    }

    [Fact]
    public async Task Turn_ThatComesInTheMomentOfLookingForIt_IsNotMissed()
    {
        var time = new FakeTimeProvider();
        var pacer = new Pacer(time, longestWait: TimeSpan.FromMinutes(1));
        pacer.Left(await pacer.EnterAsync(1, Patience, Cancel), null, null, refusedUntil: time.GetUtcNow() + TimeSpan.FromMilliseconds(5));
        time.AutoAdvanceAmount = TimeSpan.FromMilliseconds(10);

        var turn = pacer.EnterAsync(1, Patience, Cancel).AsTask();
        time.Advance(TimeSpan.FromSeconds(1));

        await turn.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
    }

    [Fact]
    public async Task RefusalOfAProviderThatTellsNoLimit_HoldsBackUntilThenAndNotForGood()
    {
        var time = new FakeTimeProvider();
        var pacer = new Pacer(time, longestWait: TimeSpan.FromMinutes(1));
        pacer.Left(await pacer.EnterAsync(1, Patience, Cancel), null, null, refusedUntil: time.GetUtcNow() + TimeSpan.FromSeconds(2));

        var turns = Enumerable.Range(0, 20).Select(_ => pacer.EnterAsync(1, Patience, Cancel).AsTask()).ToArray();
        Assert.Equal(20, pacer.Waiting);
        time.Advance(TimeSpan.FromMilliseconds(2_001));
        // As at the very first: a few go, and what they are told lets the others go.
        Assert.Equal(12, pacer.Waiting);
        pacer.Left(await turns[0], null, null, null);
        await Task.WhenAll(turns);

        for (var i = 0; i < 50; i++) Assert.True(pacer.EnterAsync(1, Patience, Cancel).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Clock_ThatIsSetBack_KeepsNobodyWaiting()
    {
        var time = new SteppedTime();
        var pacer = new Pacer(time, longestWait: TimeSpan.FromMinutes(1));
        var pass = await pacer.EnterAsync(1, Patience, Cancel);
        time.Step = TimeSpan.FromHours(-1);
        pacer.Left(pass, new RateReading(1, 0, time.GetUtcNow() + TimeSpan.FromSeconds(2)), null, null);

        var turn = pacer.EnterAsync(1, Patience, Cancel).AsTask();
        time.Advance(TimeSpan.FromMilliseconds(1_900));
        Assert.False(turn.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(102));

        await turn.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
    }

    [Theory]
    [InlineData("0")]
    [InlineData(null)]
    public void LimitOfNothing_IsNotSaid(string? limit) =>
        Assert.Null(RateHeaders.Requests(name => name switch { "x-ratelimit-limit-requests" => limit, "x-ratelimit-remaining-requests" or "x-ratelimit-reset-requests" => "0", _ => null }, DateTimeOffset.UnixEpoch));

    [Fact]
    public async Task Calls_WhoseKeyIsSignedAnewEachTime_ArePacedTogetherAndOldKeysMakeRoom()
    {
        var world = new World();
        world.Provider.Otherwise = _ =>
        {
            var answer = Answers.Whole("Hi", 1, 1);
            foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("x-ratelimit-limit-requests", "1"), ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "30s")]) answer.Headers.TryAddWithoutValidation(name, value);
            return answer;
        };
        using var first = await world.Http.SendAsync(Signed("AWS4-HMAC-SHA256 Credential=AKIA1/20261123/us-east-1/bedrock/aws4_request, Signature=a"), Cancel);
        var second = world.Http.SendAsync(Signed("AWS4-HMAC-SHA256 Credential=AKIA1/20261123/us-east-1/bedrock/aws4_request, Signature=b"), Cancel);
        Assert.Equal(1, world.Handler.Runtime.Pacers.Waiting);

        world.Provider.Otherwise = _ => Answers.Whole("Hi", 1, 1);
        for (var i = 0; i < 1_200; i++)
        {
            using var other = await world.Http.SendAsync(Signed($"Bearer key-{i}"), Cancel);
            world.Time.Advance(TimeSpan.FromSeconds(0.01));
        }

        Assert.InRange(world.Handler.Runtime.Pacers.Count, 1, 1_000);
        world.Time.Advance(TimeSpan.FromSeconds(31));
        (await second).Dispose();

        static HttpRequestMessage Signed(string authorization)
        {
            var request = World.Request(World.Body());
            request.Headers.Remove("Authorization");
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            return request;
        }
    }

    [Fact]
    public async Task Turn_BehindALargeCallThatLeaves_ComesAtOnce()
    {
        var time = new FakeTimeProvider();
        var pacer = new Pacer(time, longestWait: TimeSpan.FromHours(1));
        pacer.Left(await pacer.EnterAsync(10, Patience, Cancel), null, new RateReading(1_000, 100, time.GetUtcNow() + TimeSpan.FromMinutes(30)), refusedUntil: null);
        using var leaving = new CancellationTokenSource();
        var large = pacer.EnterAsync(900, Patience, leaving.Token).AsTask();
        var small = pacer.EnterAsync(10, Patience, Cancel).AsTask();
        Assert.Equal(2, pacer.Waiting);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        await small.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
    }

    [Fact]
    public async Task Send_ProviderThatRefusesForLongerThanTheCallHas_IsRefusedAtOnceWithTheTime()
    {
        var world = new World().With(SafeLlm.Limits.Limit.Dollars(1).PerDay());
        world.Options.Timeout = TimeSpan.FromSeconds(30);
        world.Provider.Then(Answers.Error(429, "rate_limit_exceeded", ("retry-after", "50")));
        await Assert.ThrowsAsync<RateLimitedException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));

        world.Time.Advance(TimeSpan.FromSeconds(5));
        var limited = await Assert.ThrowsAsync<RateLimitedException>(() => world.SendWhileTimePassesAsync(World.Request(World.Body()), TimeSpan.FromSeconds(1)));

        Assert.Equal(TimeSpan.FromSeconds(45), limited.RetryAfter);
        Assert.Equal(world.Time.GetUtcNow() + TimeSpan.FromSeconds(45), limited.Refusal!.RoomAt);
        Assert.Single(world.Provider.Requests);
        Assert.Equal(0, await world.OpenHoldsAsync());

        world.Time.Advance(TimeSpan.FromSeconds(20));
        using var next = await world.SendWhileTimePassesAsync(World.Request(World.Body()), TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Turn_ThatDoesNotComeInTime_IsTooLateAndLetsTheNextGo()
    {
        var time = new FakeTimeProvider();
        var pacer = new Pacer(time, longestWait: TimeSpan.FromHours(1));
        var told = await pacer.EnterAsync(10, Patience, Cancel);
        var underWay = await pacer.EnterAsync(10, Patience, Cancel);
        pacer.Left(told, null, new RateReading(1_000, 100, time.GetUtcNow() + TimeSpan.FromMinutes(30)), refusedUntil: null);
        var large = pacer.EnterAsync(900, TimeSpan.FromMinutes(2), Cancel).AsTask();
        var small = pacer.EnterAsync(10, Patience, Cancel).AsTask();
        Assert.Equal(2, pacer.Waiting);

        time.Advance(TimeSpan.FromMinutes(2));

        var late = await large;
        Assert.Equal((true, TimeSpan.FromMinutes(28)), (late.IsTooLate, late.RoomIn));
        pacer.Left(await small, null, null, null);
        pacer.Left(underWay, null, null, null);
        Assert.True(pacer.EnterAsync(10, Patience, Cancel).AsTask().IsCompletedSuccessfully);
    }

    /// <summary>As Groq answers: the limit that was met is full again at once, another that is far from used up only in hours.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refusal_WhereSomethingElseRemainsThatIsFullMuchLater_LastsAsLongAsItSays(bool tellsTokens)
    {
        var world = new World();
        world.Options.Timeout = TimeSpan.FromSeconds(30);
        world.Provider.Then(Told(Answers.Error(429, "rate_limit_exceeded", ("retry-after", "1")), tokensLeft: "0"));
        world.Provider.Otherwise = _ => Told(Answers.Whole("Hi", 1, 1), tokensLeft: "5900");
        var start = world.Time.GetUtcNow();

        for (var i = 0; i < 3; i++)
        {
            using var answer = await world.SendWhileTimePassesAsync(World.Request(World.Body()), TimeSpan.FromMilliseconds(100));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(4, world.Provider.Requests.Count);
        Assert.InRange(world.Time.GetUtcNow() - start, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));

        HttpResponseMessage Told(HttpResponseMessage answer, string tokensLeft)
        {
            foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("limit-requests", "14400"), ("remaining-requests", "13000"), ("reset-requests", "2h20m0s"), ("limit-tokens", "6000"), ("remaining-tokens", tokensLeft), ("reset-tokens", "1s")])
            {
                if (tellsTokens || name.EndsWith("requests", StringComparison.Ordinal)) answer.Headers.TryAddWithoutValidation("x-ratelimit-" + name, value);
            }

            return answer;
        }
    }

    [Fact]
    public async Task Refusal_ThatNoHeaderExplains_LetsAFewGoFirstOnceItIsOver()
    {
        var time = new FakeTimeProvider();
        var pacer = new Pacer(time, longestWait: TimeSpan.FromMinutes(1));
        pacer.Left(await pacer.EnterAsync(1, Patience, Cancel), new RateReading(14_400, 13_000, time.GetUtcNow() + TimeSpan.FromHours(2)), null, refusedUntil: time.GetUtcNow() + TimeSpan.FromSeconds(2));

        var turns = Enumerable.Range(0, 20).Select(_ => pacer.EnterAsync(1, Patience, Cancel).AsTask()).ToArray();
        Assert.Equal(20, pacer.Waiting);
        time.Advance(TimeSpan.FromMilliseconds(2_001));

        Assert.Equal(12, pacer.Waiting);
        pacer.Left(await turns[0], null, null, null);
        await Task.WhenAll(turns);
    }

    [Fact]
    public async Task Call_CancelledInTheMomentItsPatienceEnds_LeavesOnce()
    {
        var pacer = new Pacer(new RacingTime(), longestWait: TimeSpan.FromHours(1));
        for (var i = 0; i < 8; i++) await pacer.EnterAsync(1, Patience, Cancel);
        using var leaving = new CancellationTokenSource();
        var turn = pacer.EnterAsync(1, TimeSpan.FromMinutes(2), leaving.Token).AsTask();
        Assert.Equal(1, pacer.Waiting);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => turn);
        Assert.Equal(0, pacer.Waiting);
    }

    /// <summary>Its timers are due just as they are disposed: the callback runs, and disposal waits for it.</summary>
    private sealed class RacingTime : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new RacingTimer(base.CreateTimer(callback, state, dueTime, period), () => callback(state));

        private sealed class RacingTimer(ITimer inner, Action fire) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

            public void Dispose() => inner.Dispose();

            public ValueTask DisposeAsync()
            {
                fire();
                return inner.DisposeAsync();
            }
        }
    }

    private sealed class SteppedTime : FakeTimeProvider
    {
        public TimeSpan Step { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Step;
    }

    private sealed class StrictLimiter(TimeProvider time, int limit, bool refills)
    {
        private readonly Lock gate = new();
        private double left = limit;
        private DateTimeOffset at = time.GetUtcNow();

        public (bool IsAllowed, (string Name, string Value)[] Headers) Take()
        {
            lock (gate)
            {
                var now = time.GetUtcNow();
                if (refills)
                {
                    left = Math.Min(limit, left + (now - at).TotalSeconds);
                    at = now;
                }
                else if (now - at >= TimeSpan.FromMinutes(1))
                {
                    left = limit;
                    at = now;
                }

                var isAllowed = left >= 1;
                if (isAllowed) left--;
                var reset = refills ? limit - left : (at + TimeSpan.FromMinutes(1) - now).TotalSeconds;
                return (isAllowed,
                [
                    ("x-ratelimit-limit-requests", $"{limit}"),
                    ("x-ratelimit-remaining-requests", $"{(int)left}"),
                    ("x-ratelimit-reset-requests", FormattableString.Invariant($"{reset:0.###}s")),
                ]);
            }
        }
    }
}
