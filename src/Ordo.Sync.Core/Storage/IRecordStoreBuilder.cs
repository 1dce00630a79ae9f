namespace Ordo.Sync.Storage;

/// <summary>
/// What can be given a record store while an app is configured: a device and a hub alike. Storage packages add their
/// <c>Use…</c> methods to it.
/// </summary>
public interface IRecordStoreBuilder
{
    /// <summary>Sets the structured store; the last call counts. The host opens and disposes it.</summary>
    void UseStructuredStore(Func<IServiceProvider, IRecordStore> create);
}
