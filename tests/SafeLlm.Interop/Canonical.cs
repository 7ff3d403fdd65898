using SafeLlm.Signing;

namespace SafeLlm.Interop;

/// <summary>Prints documents as seed-v0 signs them: base64 in, one line each out; an exclamation mark for one that is refused.</summary>
internal static class Canonical
{
    public static async Task<int> PrintAsync()
    {
        await using var output = new StreamWriter(Console.OpenStandardOutput());
        while (await Console.In.ReadLineAsync() is { } line)
        {
            try
            {
                await output.WriteLineAsync(SeedSignature.Canonical(Convert.FromBase64String(line)));
            }
            catch (ArgumentException)
            {
                await output.WriteLineAsync("!");
            }
        }

        return 0;
    }
}
