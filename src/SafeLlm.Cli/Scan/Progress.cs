namespace SafeLlm.Cli.Scan;

/// <summary>Says how far a long scan is, every few seconds.</summary>
internal sealed class Progress(TextWriter errors, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);
    private long last = time.GetTimestamp();

    public void Tell(int done, int all, string what)
    {
        if (time.GetElapsedTime(last) < Interval) return;
        last = time.GetTimestamp();
        errors.WriteLine($"{done} of {all}: {what}");
    }
}
