using System.Globalization;
using SafeLlm.Fuzzing;
using SharpFuzz;

switch (args)
{
    case ["seed", var target, var recordings, var folder] when FuzzTargets.Find(target) is not null:
        Seeds.Write(target, recordings, folder);
        return 0;
    case ["mutate", var count, .. var seed]:
        return MutationCommand.Run(long.Parse(count, CultureInfo.InvariantCulture), seed is [var one] ? int.Parse(one, CultureInfo.InvariantCulture) : 1);
    case ["once", var target, .. var files] when FuzzTargets.Find(target) is { } run:
        foreach (var file in files) run(File.ReadAllBytes(file));
        return 0;
    case [var target] when FuzzTargets.Find(target) is { } run:
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            run(input.ToArray());
        });
        return 0;
    default:
        await Console.Error.WriteLineAsync($"""
            TARGET                          runs under afl-fuzz; TARGET is one of: {string.Join(", ", FuzzTargets.Names)}
            seed TARGET RECORDINGS FOLDER   writes the first corpus, from dev.jsonl.gz
            once TARGET FILE…               runs single inputs, such as those that crashed
            mutate COUNT [SEED]             sends that many mutated requests through the verifier
            See fuzz.sh, which does all of it.
            """);
        return 2;
}
