using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Peers;

/// <summary>
/// Devices that sync with this one, with no hub between them. A device answers from its own store: what others bring is merged by
/// the same rules as what it pulls itself, its watchers and extensions are told, and it hands on what it learnt. Thread-safe.
/// </summary>
/// <remarks>
/// Over HTTP: <c>hub.UseDevice()</c> of the package Ordo.Sync.AspNetCore. Answered are the scopes that this device subscribes to;
/// ephemeral collections only where they stand in the structured store.
/// </remarks>
public interface IPeers
{
    /// <summary>The store that is answered from. The engine owns it; do not dispose it.</summary>
    IRecordStore Store { get; }

    /// <summary>Makes what answers other devices, for a transport of whatever kind. Opens the engine. Rights are the transport's matter.</summary>
    /// <param name="options">
    /// What callers are allowed. With <see cref="ResponderOptions.TrustsRelays"/> they may hand on what others wrote, which any
    /// topology but a star needs; without it, each brings its own.
    /// </param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="SyncException">The store cannot be opened.</exception>
    ValueTask<ReplicaResponder> AnswerAsync(ResponderOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The way to this device for another engine of the same process, which it trusts: for <c>UseTransport</c>.</summary>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="SyncException">The store cannot be opened.</exception>
    ValueTask<ISyncTransport> ConnectAsync(CancellationToken cancellationToken = default);
}
