using System.Globalization;

namespace SafeLlm.Benchmarks.Verifier;

/// <summary>What the measuring process asks of a server in a process of its own: a line in, a line out, until standard input ends.</summary>
internal static class ServerQuestions
{
    public const string Allocated = "allocated";
    public const string WatchTypes = "watch-types";
    public const string Types = "types";

    public static async Task AnswerAsync()
    {
        using var types = new AllocatedTypes();
        while (await Console.In.ReadLineAsync() is { } question)
        {
            await Console.Out.WriteLineAsync(question switch
            {
                Allocated => GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture),
                WatchTypes => types.Watch(),
                Types => types.Shares(),
                _ => throw new ArgumentException($"There is no question {question}.", nameof(question)),
            });
        }
    }
}
