using Ordo.Sync.Engine.Inbox;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>
/// Whether the app's resolvers have decided. The engine keeps a record of which one fails in the inbox, the same everywhere: a world whose
/// resolvers never work converges.
/// </summary>
internal sealed class ResolverCheck(SimulatedWorld world)
{
    /// <summary>Fails the world where a resolver of a device has failed on what the device holds.</summary>
    public async Task RunAsync()
    {
        foreach (SimulatedDevice device in world.Devices)
        {
            await foreach (Conflict conflict in device.Engine.Conflicts.ListAsync().ConfigureAwait(false))
            {
                if (conflict.Kind == ConflictKind.ResolverFailed)
                {
                    world.Fail(
                        $"{device.Name} cannot decide about {conflict.Scope} {conflict.Collection}/{conflict.Key}: {conflict.Failure} "
                        + $"(Where that is meant, set {nameof(SimulatedWorldOptions)}.{nameof(SimulatedWorldOptions.ResolversMayFail)}.)");
                }
            }
        }
    }
}
