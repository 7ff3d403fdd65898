using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>Puts the options into the connection's own settings.</summary>
internal static class RedisConfiguration
{
    private const string Plain = "redis://";
    private const string Tls = "rediss://";

    public static ConfigurationOptions Of(RedisStoreOptions options)
    {
        Validate(options);
        var configuration = Parse(options.Servers!);
        configuration.Password ??= Password(options);

        // A queue in front of a server that is away would let every caller wait, and run what they gave up long ago.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.AbortOnConnectFail = false;

        // INFO, which tells the eviction policy, counts as an administrator's command.
        configuration.AllowAdmin = true;
        configuration.AsyncTimeout = configuration.SyncTimeout = (int)options.OperationTimeout.TotalMilliseconds;

        // The client looks for what took too long at each of its heartbeats, one a second unless told otherwise.
        configuration.HeartbeatInterval = TimeSpan.FromMilliseconds(Math.Clamp(options.OperationTimeout.TotalMilliseconds / 4, 25, 1000));
        options.Configure?.Invoke(configuration);
        return configuration;
    }

    private static ConfigurationOptions Parse(string servers)
    {
        if (!servers.StartsWith(Plain, StringComparison.OrdinalIgnoreCase) && !servers.StartsWith(Tls, StringComparison.OrdinalIgnoreCase))
        {
            return ConfigurationOptions.Parse(servers);
        }

        if (!Uri.TryCreate(servers, UriKind.Absolute, out var address))
        {
            throw new ArgumentException("Servers is no address. Write redis://host:port or rediss://host:port.", nameof(servers));
        }

        if (address.PathAndQuery is not ("" or "/"))
        {
            throw new ArgumentException("Servers is an address with something behind its port. Name the ledger in RedisStoreOptions.Ledger, and leave the path out.", nameof(servers));
        }

        var configuration = new ConfigurationOptions { Ssl = servers.StartsWith(Tls, StringComparison.OrdinalIgnoreCase) };
        configuration.EndPoints.Add(address.Host, address.Port > 0 ? address.Port : 6379);
        var user = address.UserInfo.Split(':', 2);
        if (user[0].Length > 0) configuration.User = Uri.UnescapeDataString(user[0]);
        if (user.Length == 2) configuration.Password = Uri.UnescapeDataString(user[1]);
        return configuration;
    }

    private static string? Password(RedisStoreOptions options)
    {
        if (options.PasswordFile is { } file) return File.ReadAllText(file).Trim();
        if (options.PasswordEnvironmentVariable is not { } variable) return null;
        return Environment.GetEnvironmentVariable(variable)
            ?? throw new ArgumentException($"PasswordEnvironmentVariable names {variable}, which is not set.", nameof(options));
    }

    private static void Validate(RedisStoreOptions options)
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(options.Servers)) errors.Add("Servers is not set; write host:port or redis://host:port.");
        if (options.Ledger is not { Length: >= 1 and <= 64 } || options.Ledger.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '-' or '_')))
        {
            errors.Add($"Ledger is \"{options.Ledger}\"; it has 1 to 64 letters, digits, dots, dashes and underscores.");
        }

        if (options.OperationTimeout < TimeSpan.FromMilliseconds(10) || options.OperationTimeout > TimeSpan.FromSeconds(30)) errors.Add($"OperationTimeout is {options.OperationTimeout:c}; it must be between 10 milliseconds and 30 seconds.");
        if (options.BreakDuration < TimeSpan.FromMilliseconds(500) || options.BreakDuration > TimeSpan.FromMinutes(1)) errors.Add($"BreakDuration is {options.BreakDuration:c}; it must be between 500 milliseconds and 1 minute.");
        if (options.Replicas is < 0 or > 16) errors.Add($"Replicas is {options.Replicas}; it must be between 0 and 16.");
        if (options.RememberClosed < TimeSpan.FromMinutes(1) || options.RememberClosed > TimeSpan.FromHours(24)) errors.Add($"RememberClosed is {options.RememberClosed:c}; it must be between 1 minute and 24 hours.");
        if (options.MaxNoncesPerKey < 1) errors.Add($"MaxNoncesPerKey is {options.MaxNoncesPerKey}; it must be at least 1.");
        if (options is { PasswordFile: not null, PasswordEnvironmentVariable: not null }) errors.Add("PasswordFile and PasswordEnvironmentVariable are both set; give one.");
        if (errors.Count > 0) throw new ArgumentException(string.Join(" ", errors), nameof(options));
    }
}
