namespace Ordo.Sync.Testing.Simulation;

/// <summary>A host without services: resolvers and extensions of a simulated device are made with their own constructors.</summary>
internal sealed class NoServices : IServiceProvider
{
    public static NoServices Instance { get; } = new();

    public object? GetService(Type serviceType) => null;
}
