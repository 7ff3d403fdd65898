using System.Globalization;
using System.Security.Cryptography;
using SafeLlm.Sqlite.Crash;

switch (args)
{
    case ["worker", var path, var number, var seed]:
        await new Worker(path, int.Parse(number, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture)).RunAsync();
        return 0;
    case ["race", var path, var number]:
        await Racer.RunAsync(path, int.Parse(number, CultureInfo.InvariantCulture));
        return 0;
    case ["turns", var path, var number]:
        await Racer.TakeTurnsAsync(path, int.Parse(number, CultureInfo.InvariantCulture));
        return 0;
    case ["cross", var path]:
        await Crossing.RunAsync(path);
        return 0;
    case ["kill", var kills, .. var rest]:
        return await KillAsync(int.Parse(kills, CultureInfo.InvariantCulture), rest is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : RandomNumberGenerator.GetInt32(int.MaxValue));
    default:
        await Console.Error.WriteLineAsync("kill COUNT [SEED]   kills that many processes that hold and settle on one file, four at a time, and looks at the file after every four");
        return 2;
}

static async Task<int> KillAsync(int kills, int seed)
{
    Console.WriteLine($"seed {seed}");
    var random = new Random(seed);
    var done = 0;
    while (done < kills)
    {
        // A new file now and then: the first moments of one are part of the game, and old ones only grow.
        var folder = Directory.CreateTempSubdirectory("safellm-crash-").FullName;
        var killing = new Killing(Path.Combine(folder, "safellm.db"), random.Next(), workers: 4);
        for (var round = 0; round < 25 && done + killing.Kills < kills; round++)
        {
            try
            {
                await killing.RoundAsync();
            }
            catch (InvalidOperationException fault)
            {
                Console.WriteLine($"seed {seed}, after {done + killing.Kills} kills: {fault.Message} The file is left in {folder}.");
                return 1;
            }
        }

        done += killing.Kills;
        Directory.Delete(folder, recursive: true);
        Console.WriteLine($"{done} killed, nothing lost");
    }

    return 0;
}
