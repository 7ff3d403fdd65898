using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SafeLlm.Alerts;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore;

/// <summary>Goes on from <c>AddSafeLlmVerifier</c>: choose the stores with <c>UseInMemory</c>, <c>UseSqlite</c> or <c>UseRedis</c>.</summary>
public sealed class SafeLlmVerifierBuilder : IStoreHost
{
    internal SafeLlmVerifierBuilder(IServiceCollection services) => Services = services;

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }

    /// <inheritdoc/>
    public void UseStores(Func<TimeProvider, SafeLlmStores> factory) =>
        Services.Replace(ServiceDescriptor.Singleton(services => new VerifierStores(factory(services.GetRequiredService<TimeProvider>()))));

    /// <summary>Tells somebody beside the log what the stores record, such as budgets that are used up: once each, and again until it is delivered.</summary>
    public SafeLlmVerifierBuilder AddAlertSink(IAlertSink sink)
    {
        Services.AddSingleton(sink);
        return this;
    }
}
