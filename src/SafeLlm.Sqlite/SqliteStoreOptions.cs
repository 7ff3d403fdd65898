using SafeLlm.Signing;

namespace SafeLlm.Sqlite;

/// <summary>How a store file is used.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>The environment variable that is asked for the journal's key unless another is named.</summary>
    public const string DefaultJournalKeyVariable = "SAFELLM_JOURNAL_KEY";

    /// <summary>How long an operation waits for another program that keeps the file locked, before it fails.</summary>
    /// <value>The default is 5 seconds; from 0 to 10 minutes.</value>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How thoroughly the file is checked when it is opened.</summary>
    /// <value>The default is <see cref="SqliteIntegrityCheck.Quick"/>.</value>
    public SqliteIntegrityCheck IntegrityCheck { get; set; } = SqliteIntegrityCheck.Quick;

    /// <summary>Live nonces of all keys together, at some 60 bytes each. At a cap a claim is refused; nothing is dropped. One that has ended stays in the file for half an hour more, for clocks that step back.</summary>
    /// <value>The default is 2,000,000.</value>
    public int MaxNonces { get; set; } = 2_000_000;

    /// <summary>Live nonces of one key: the key's highest rate times the six minutes that a nonce lives.</summary>
    /// <value>The default is 500,000, some 1,400 requests a second.</value>
    public int MaxNoncesPerKey { get; set; } = 500_000;

    /// <summary>A file with the journal's key: at least 32 random bytes in base64, as <c>safellm keys new</c> makes them. Keep it away from the store.</summary>
    /// <value>The default is null: <see cref="JournalKeyVariable"/> is asked.</value>
    public string? JournalKeyFile { get; set; }

    /// <summary>The environment variable with the journal's key in base64. Where it is not set either, the journal is chained without a key, which shows accidents and no forgery.</summary>
    /// <value>The default is <see cref="DefaultJournalKeyVariable"/>.</value>
    public string? JournalKeyVariable { get; set; } = DefaultJournalKeyVariable;

    /// <summary>How long lines of the journal are kept. What is cut off leaves a checkpoint.</summary>
    /// <value>The default is 400 days; at least a day.</value>
    public TimeSpan JournalRetention { get; set; } = TimeSpan.FromDays(400);

    /// <summary>
    /// Seals the secrets of signing keys in the file, as with <c>AesGcmKeyProtector.FromFile</c>: the file alone then gives no secret away.
    /// </summary>
    /// <value>Null by default: then only public keys can be kept.</value>
    public IKeyProtector? KeyProtector { get; set; }

    /// <summary>The algorithms of the signing keys in the file; <c>ed25519</c> is added from its package.</summary>
    public KeyAlgorithms KeyAlgorithms { get; } = [];

    /// <summary>No more pages than this, of 4 KiB each; for tests of a full disk.</summary>
    internal int? MaxPages { get; set; }

    internal void Validate()
    {
        if (LockTimeout < TimeSpan.Zero || LockTimeout > TimeSpan.FromMinutes(10))
        {
            throw new ArgumentOutOfRangeException(nameof(LockTimeout), LockTimeout, "A lock is waited for between 0 and 10 minutes.");
        }

        if (JournalRetention < TimeSpan.FromDays(1))
        {
            throw new ArgumentOutOfRangeException(nameof(JournalRetention), JournalRetention, "Lines of the journal are kept for at least a day.");
        }

        if (MaxNonces < 1 || MaxNoncesPerKey < 1)
        {
            throw new ArgumentException($"MaxNonces is {MaxNonces} and MaxNoncesPerKey is {MaxNoncesPerKey}; both must be at least 1.");
        }
    }
}
