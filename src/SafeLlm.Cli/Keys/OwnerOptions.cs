using System.CommandLine;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Keys;

/// <summary>Whose a new key is and what it may be used for.</summary>
internal sealed class OwnerOptions
{
    private readonly Option<string> client = new("--client") { Description = "The client it is issued to." };
    private readonly Option<string> user = new("--user") { Description = "The user behind it: limits count per user then." };
    private readonly Option<string> tenant = new("--tenant") { Description = "The user's tenant." };
    private readonly Option<string> device = new("--device") { Description = "A tag of the device that holds it." };
    private readonly Option<string> tier = new("--tier") { Description = "The tier of its calls." };
    private readonly Option<string[]> endpoints = new("--endpoint") { Description = "A path it may call, exact or ending in /*; may be given several times. All unless given.", DefaultValueFactory = _ => [] };
    private readonly Option<string[]> models = new("--model") { Description = "A model it may call, exact or ending in *; may be given several times. All of its tier unless given.", DefaultValueFactory = _ => [] };
    private readonly Option<bool> actsForUsers = new("--acts-for-users") { Description = "Let it name another user of its client in x-safellm-user." };
    private readonly Option<double?> days = new("--days") { Description = "How many days it lives; 90 unless given." };

    // Before a secret is made or a store is opened. An empty one is told with what else the record may not have.
    public OwnerOptions() => endpoints.Validators.Add(result =>
    {
        foreach (var path in result.GetValue(endpoints)!.Where(path => path.Length > 0 && !path.StartsWith('/')))
        {
            result.AddError($"--endpoint is \"{path}\", which no path begins with: every call of the key would be refused. Give a path with its first slash, e.g. /v1/chat/completions or /v1/*.");
        }
    });

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[client, user, tenant, device, tier, endpoints, models, actsForUsers, days]) command.Options.Add(option);
    }

    public TimeSpan? Life(ParseResult parsed) => parsed.GetValue(days) switch
    {
        null => null,
        > 0 and <= 36_500 and var count => TimeSpan.FromDays(count),
        var count => throw new CommandFailedException($"A key lives for more than 0 and at most 36500 days; --days is {count}."),
    };

    /// <summary>The key's record. Asked for before a secret is written: that of a key that no store takes is of no use to anybody.</summary>
    /// <exception cref="CommandFailedException">An option has a value that no record may have, such as that of a variable that was not set.</exception>
    public VerifierKey Of(ParseResult parsed, SigningKey key, SignatureProfile profile = SignatureProfile.SafeLlmV1)
    {
        var record = new VerifierKey(key)
        {
            Profile = profile,
            Client = parsed.GetValue(client),
            User = parsed.GetValue(user),
            Tenant = parsed.GetValue(tenant),
            Device = parsed.GetValue(device),
            Tier = parsed.GetValue(tier),
            Endpoints = parsed.GetValue(endpoints)!,
            Models = parsed.GetValue(models)!,
            ActsForUsers = parsed.GetValue(actsForUsers),
        };
        return record.GetErrors() is { Count: > 0 } errors ? throw new CommandFailedException($"{key.KeyId} is not made: {string.Join(' ', errors)}") : record;
    }
}
