using Microsoft.Extensions.Time.Testing;

namespace SafeLlm.Sqlite.Tests;

internal static class FixedTime
{
    public static FakeTimeProvider Of(DateTimeOffset instant) => new(instant);
}
