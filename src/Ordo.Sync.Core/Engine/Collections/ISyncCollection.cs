using System.Linq.Expressions;
using Ordo.Sync.Engine.ConflictFree;
using Ordo.Sync.Engine.History;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Queries;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Engine.Collections;

/// <summary>
/// A collection of records in one scope, on this device: reads and writes never wait for the network. Thread-safe.
/// </summary>
/// <typeparam name="T">The app's type.</typeparam>
/// <remarks>
/// A key has 1 to 512 bytes of UTF-8; a payload at most <c>SyncOptions.PayloadBytesMax</c>. Beyond that, writes throw an
/// <see cref="ArgumentException"/>. A store that fails throws a <see cref="SyncException"/>.
/// </remarks>
public interface ISyncCollection<T>
{
    /// <summary>The collection's name.</summary>
    string Name { get; }

    /// <summary>The scope.</summary>
    string Scope { get; }

    /// <summary>
    /// Writes a whole record. Fields that <typeparamref name="T"/> does not know (a newer app's) are kept. Durable when it
    /// returns.
    /// </summary>
    /// <param name="key">The record's key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="options">What the edit was based on, who wrote it, how durable it is; all optional.</param>
    /// <param name="cancellationToken">Ends the wait for room in the queue; a write once queued is written.</param>
    ValueTask<WriteReceipt> PutAsync(
        string key, T value, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Writes some fields of a record and leaves the others as they are. Where there is no record, it makes one.</summary>
    ValueTask<WriteReceipt> PatchAsync(
        string key,
        Action<PatchBuilder<T>> patch,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>Deletes a record; deleting one that is not there is a delete too, and wins over older writes elsewhere.</summary>
    ValueTask<WriteReceipt> DeleteAsync(
        string key, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Reads a record; <see langword="null"/> where there is none, or it is deleted.</summary>
    /// <exception cref="ManualResolutionRequiredException">
    /// The record is in conflict, and its collection refuses reads and writes until somebody resolves it.
    /// </exception>
    ValueTask<Record<T>?> GetAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes a value as a decision, over whatever stands there: how an approver corrects what was approved before, or
    /// decides without the inbox. Its author must be an approver of the scope, else the hub refuses it.
    /// </summary>
    /// <param name="key">The record's key.</param>
    /// <param name="value">The value decided.</param>
    /// <param name="reason">Why, in 1 to 2,000 characters; kept with the decision.</param>
    /// <param name="options">What it is based on, who decides, how durable it is; all optional.</param>
    /// <param name="cancellationToken">Ends the wait for room in the queue.</param>
    /// <exception cref="InvalidOperationException">The collection's strategy keeps no decisions.</exception>
    ValueTask<WriteReceipt> OverrideAsync(
        string key, T value, string reason, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Opens a conflict-free text of a record for an editor: what is typed shows at once and is saved behind its back, what
    /// others type arrives as changes. Where there is no record, the first character makes one.
    /// </summary>
    /// <exception cref="ArgumentException">The collection does not declare the member as a text.</exception>
    ValueTask<TextSession> OpenTextAsync(
        string key, Expression<Func<T, string?>> member, CancellationToken cancellationToken = default);

    /// <summary>Reads what is known of a record's past; see <see cref="RecordHistory{T}"/> for what that is by strategy.</summary>
    ValueTask<RecordHistory<T>> GetHistoryAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Finds records by declared indexes, or all of the collection by key; read in pages, each a consistent state.</summary>
    IAsyncEnumerable<Record<T>> QueryAsync(
        Action<QueryBuilder<T>>? query = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Tells of every change from now on, local and remote, until cancelled. A slow reader misses intermediate states of a
    /// record, never its last.
    /// </summary>
    IAsyncEnumerable<RecordChange<T>> WatchAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// The same changes for observers: each subscription hears of what is written from its beginning on, one change at a time, on
    /// background threads; a slow observer misses intermediate states of a record, never its last. It ends with
    /// <c>OnCompleted</c> when the engine is closed; where the store fails or the observer itself throws, with <c>OnError</c>.
    /// </summary>
    IObservable<RecordChange<T>> Changes { get; }

    /// <summary>
    /// Makes a list of the records that follows their changes, for a UI to bind to: call it on the UI's thread. It fills in the
    /// background; dispose it when the view closes.
    /// </summary>
    /// <param name="configure">Which records, in which order; all by key where left out.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the query asks for an undeclared index.</exception>
    LiveCollection<T> Live(Action<LiveOptions<T>>? configure = null);
}
