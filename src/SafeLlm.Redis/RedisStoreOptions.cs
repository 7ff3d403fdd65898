using SafeLlm.Signing;
using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>Where the stores are, and how long one may wait for them.</summary>
public sealed class RedisStoreOptions
{
    /// <summary>
    /// The servers in StackExchange.Redis' notation (<c>redis-1:6379,redis-2:6379,ssl=true,user=safellm</c>) or as
    /// <c>redis://host:port</c> and <c>rediss://host:port</c>. A password does not belong here: give it by file or environment.
    /// </summary>
    /// <value>The default is null: it must be set.</value>
    public string? Servers { get; set; }

    /// <summary>
    /// The ledger's name: the hash tag of all its keys, and so one slot of a Cluster. Several ledgers spread over it. 1 to 64
    /// letters, digits, dots, dashes and underscores.
    /// </summary>
    /// <value>The default is <c>safellm</c>.</value>
    public string Ledger { get; set; } = "safellm";

    /// <summary>A file whose text is the password; white space around it is dropped.</summary>
    /// <value>The default is null: no password, unless <see cref="PasswordEnvironmentVariable"/> is set.</value>
    public string? PasswordFile { get; set; }

    /// <summary>An environment variable that holds the password.</summary>
    /// <value>The default is null.</value>
    public string? PasswordEnvironmentVariable { get; set; }

    /// <summary>How long one operation may take. After that its outcome is unknown and the call is refused.</summary>
    /// <value>The default is 250 milliseconds; from 10 milliseconds to 30 seconds.</value>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// For how long nothing is asked after half of at least ten operations within two seconds have failed: an outage refuses at
    /// once instead of making each call wait for its time-out.
    /// </summary>
    /// <value>The default is 1 second; from 500 milliseconds to 1 minute.</value>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether a server is taken that may evict keys when its memory is full (any <c>maxmemory-policy</c> but
    /// <c>noeviction</c>). An evicted counter is a budget spent twice, an evicted nonce a replay.
    /// </summary>
    /// <value>The default is false: such a server is refused.</value>
    public bool AllowEviction { get; set; }

    /// <summary>
    /// How many replicas must have a hold before it counts, waited for within <see cref="OperationTimeout"/>. Replication is
    /// asynchronous otherwise: a failover can lose the last operations.
    /// </summary>
    /// <value>The default is 0: none is waited for.</value>
    public int Replicas { get; set; }

    /// <summary>
    /// For how long the end of a hold is remembered, so that settling or releasing it again changes nothing, and for how long its line in the
    /// journal is, so that it is written once. Some 120 bytes each on the server.
    /// </summary>
    /// <value>The default is 24 hours, as every ledger; from 1 minute, which is longer than anybody tries again, to 24 hours.</value>
    public TimeSpan RememberClosed { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How many nonces one signing key may have live: its highest rate times the six minutes that a nonce lives. They are counted by stretches
    /// of six minutes, of which the older counts by what is left of it: uneven calls may have up to twice as many.
    /// </summary>
    /// <value>The default is 500,000.</value>
    public int MaxNoncesPerKey { get; set; } = 500_000;

    /// <summary>Reads the keys that the server keeps.</summary>
    /// <value>The default knows hmac-sha256 and ecdsa-p256-sha256; further ones are added.</value>
    public KeyAlgorithms KeyAlgorithms { get; } = [];

    /// <summary>Seals the secrets of keys. Without it only public keys can be kept.</summary>
    /// <value>The default is null.</value>
    public IKeyProtector? KeyProtector { get; set; }

    /// <summary>Changes the connection's settings before it is made, for what the members above do not name.</summary>
    /// <value>The default is null.</value>
    public Action<ConfigurationOptions>? Configure { get; set; }

    /// <summary>The instant that operations run at, instead of the server's clock. For tests, which set their clock.</summary>
    internal TimeProvider? Clock { get; set; }
}
