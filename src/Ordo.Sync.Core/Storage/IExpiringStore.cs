namespace Ordo.Sync.Storage;

/// <summary>A record store that knows a time to live: it finds what is over, and the engine deletes that like any other record.</summary>
public interface IExpiringStore
{
    /// <summary>Finds live records whose time is over, the oldest of each collection first. Costs what it returns.</summary>
    /// <param name="countMax">The most to return.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask<IReadOnlyList<ExpiredRecord>> ListExpiredAsync(int countMax, CancellationToken cancellationToken = default);
}
