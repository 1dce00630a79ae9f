using System.Diagnostics.Metrics;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Health;

/// <summary>What the gauges of a device read when somebody looks; nothing where the engine is not open.</summary>
internal interface IDeviceReadings
{
    IEnumerable<Measurement<long>> ObservePendingCount();

    IEnumerable<Measurement<long>> ObservePendingBytes();

    IEnumerable<Measurement<double>> ObservePendingAge();

    IEnumerable<Measurement<double>> ObserveLag();

    IEnumerable<Measurement<double>> ObserveSkew();

    IEnumerable<Measurement<long>> ObserveQueue(Func<QueueHealth, long> of);

    IEnumerable<Measurement<long>> ObserveMemory(Func<MemoryReport, long?> of);

    IEnumerable<Measurement<long>> ObserveStores(Func<StoreSize, long?> of);

    IEnumerable<Measurement<int>> ObserveLive();

    IEnumerable<Measurement<long>> ObserveWatchBacklog();

    /// <summary>The bytes moved so far; <see langword="null"/> where there is no way to a hub.</summary>
    TransportBytes? ReadTraffic();
}
