using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Testing.Simulation.Storage;

namespace Ordo.Sync.Testing.Simulation;

/// <summary>What a simulated world is made of. Everything has a default.</summary>
public sealed class SimulatedWorldOptions
{
    /// <summary>
    /// Configures the engine of each device as an app would: collections, resolvers, scopes, options. Store, transport, clock and
    /// randomness are the world's; background sync is off. The default configures nothing.
    /// </summary>
    public Action<OrdoSyncBuilder> Device { get; set; } = static _ => { };

    /// <summary>
    /// Makes what a node keeps its records on, by its name and the world's source of randomness. The default is memory, with what
    /// a disk would do to it.
    /// </summary>
    public Func<string, EntropySource, ISimulatedMedium> Medium { get; set; } =
        static (name, entropy) => new MemoryMedium(name, entropy);

    /// <summary>How bad the network is in the beginning. The default is <see cref="NetworkConditions.Calm"/>.</summary>
    public NetworkConditions Network { get; set; } = NetworkConditions.Calm;

    /// <summary>
    /// Whether a resolver of the app may fail on a record, which waits for a person then. <see cref="SimulatedWorld.AssertConverged"/> lets
    /// no such record pass otherwise. The default is <see langword="false"/>.
    /// </summary>
    public bool ResolversMayFail { get; set; }

    /// <summary>When the world begins. The default is 2026-03-01, 8:00 UTC.</summary>
    public DateTimeOffset Start { get; set; } = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>The bytes of a page between nodes, at least 16 KiB. Small ones make long transfers of few records. The default is 64 KiB.</summary>
    public int PageBytesMax { get; set; } = 64 * 1024;

    /// <summary>
    /// The chance that a read, a begin or a commit of a store takes time, so that other work of the node comes between. The default
    /// is 0.2.
    /// </summary>
    public double DiskDelayChance { get; set; } = 0.2;
}
