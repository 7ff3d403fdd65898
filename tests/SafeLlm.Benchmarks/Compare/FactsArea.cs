using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>Reading the facts of a request, beside a bare pass of the framework's reader over the same bytes.</summary>
internal sealed class FactsArea : ICompareArea
{
    private static readonly RequestTarget Target = RequestTarget.Parse("POST", "https://api.openai.com/v1/chat/completions");

    public string Name => "facts";

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        var (small, large) = (ChatRequests.OfAbout(2 * 1024), ChatRequests.OfAbout(16 * 1024));
        yield return new Figure("facts.read-2KB", await Duel.RatioAsync(() => Read(small), () => Pass(small))) { AtMost = 1.3 };
        yield return new Figure("facts.read-16KB", await Duel.RatioAsync(() => Read(large), () => Pass(large))) { AtMost = 1.3 };

        // The same request with eight times, and with eighty times, the text.
        var (one, eight, eighty) = (ChatRequests.OfText(20), ChatRequests.OfText(160), ChatRequests.OfText(1600));
        yield return new Figure("facts.allocated-16KB-by-2KB", Allocated(eight) / Allocated(one)) { AtMost = 1.0 };
        yield return new Figure("facts.allocated-160KB-by-2KB", Allocated(eighty) / Allocated(one)) { AtMost = 1.0 };
    }

    private static void Read(byte[] body)
    {
        if (WireFormats.Default.Read(Target, body) is not RequestReading.Call call) throw new InvalidOperationException("The request is not read.");
        GC.KeepAlive(call);
    }

    private static void Pass(byte[] body)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
        }
    }

    private static double Allocated(byte[] body)
    {
        // The first readings fill pools.
        for (var i = 0; i < 100; i++) Read(body);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Read(body);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 100d;
    }
}
