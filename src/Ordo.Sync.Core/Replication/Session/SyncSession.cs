using System.Diagnostics;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Transfer;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// The side of a synchronisation that asks: a pure state machine. It takes events and returns effects; it reads no clock, no
/// store and no network, so a simulation can drive thousands of hours of it.
/// </summary>
/// <remarks>
/// It pushes what the peer is known to lack, pulls what this replica lacks, and pushes again what the pull showed the peer to
/// lack. It may be abandoned after any effect: the next session goes on from what is durable.
/// </remarks>
/// <param name="scope">The scope.</param>
/// <param name="replica">This replica's incarnation.</param>
/// <param name="transfer">A random number, not zero, from which the transfers of this session get their names.</param>
/// <param name="pageBytesMax">The bytes a page should have at most.</param>
public sealed class SyncSession(string scope, ReplicaId replica, UInt128 transfer, int pageBytesMax)
{
    /// <summary>How often a session starts over after refusals before it leaves the rest to the next one.</summary>
    public const int RoundsMax = 8;

    // A device long away follows one after the other; a peer that never ends is none.
    private const int GenerationsMax = 100;

    private LocalState? _state;
    private UInt128 _transfer = transfer;
    private int _pushNumber;
    private int _rounds;
    private int _generations;
    private bool _hasPulled;
    private bool _hasRestamped;
    private bool _sendKnowledge;
    private bool _mustPullFirst;
    private bool _isPushForbidden;
    private bool _isPeerSated;
    private bool _isGenerationEnded;
    private bool _mustFollow;
    private BuiltPage? _pending;

    /// <summary>
    /// Whether this side keeps what a new generation of the scope folds, for replicas below it: then it follows every one from the first.
    /// The default is no.
    /// </summary>
    public bool KeepsGenerations { get; init; }

    /// <summary>Begins, and returns the first effect.</summary>
    public SessionEffect Start()
    {
        _state = null;
        return new SessionEffect.LoadState();
    }

    /// <summary>Takes the result of the last effect and returns the next.</summary>
    public SessionEffect Next(SessionEvent happened) => happened switch
    {
        SessionEvent.StateLoaded loaded => OnState(loaded.State),
        SessionEvent.PullAnswered answered => OnPull(answered.Response),
        SessionEvent.PageReceived received => OnPage(received),
        SessionEvent.PushBuilt built => OnBuilt(built.Page),
        SessionEvent.PushAnswered answered => OnPush(answered.Response),
        SessionEvent.PushForbidden => OnPushForbidden(),
        _ => throw new UnreachableException(),
    };

    private SessionEffect OnState(LocalState state)
    {
        _state = state;
        bool isPeerBehind = state.PeerKnowledge is { } peer && !state.Knowledge.IsDominatedBy(peer);
        if (isPeerBehind && !IsSated(state) && !_mustPullFirst && !_isPushForbidden && state.Fill is null)
        {
            return BeginPush(state.PeerKnowledge!);
        }

        return !_hasPulled || state.Fill is not null ? Pull()
            : Finish(_isPushForbidden ? SessionResult.PushForbidden : SessionResult.Converged);
    }

    private bool IsSated(LocalState state) => _isPeerSated && state.Knowledge[replica] <= state.PeerKnowledge?[replica];

    // Writes wait for better days; what may be read is read all the same.
    private SessionEffect OnPushForbidden()
    {
        _isPushForbidden = true;
        return _hasPulled ? Finish(SessionResult.PushForbidden) : Pull();
    }

    private bool IsFilling(LocalState state) => state.Pull is null
        && ((state.IsBlank && !_mustFollow) || state.Fill is { IsReceived: false });

    private SessionEffect Pull()
    {
        LocalState state = _state!;
        if (++_rounds > RoundsMax)
        {
            return Finish(SessionResult.Incomplete);
        }

        bool hopesForNothing = !_sendKnowledge && state.PeerKnowledge?.Equals(state.Knowledge) == true;
        var request = new PullRequest(
            scope, replica, state.Hash, state.Digest, hopesForNothing ? null : state.Knowledge, pageBytesMax)
        {
            Generation = state.Generation,
        };
        if (state.Pull is { } progress)
        {
            request = request with { Known = progress.Known, Cursor = progress.Cursor };
        }
        else if (IsFilling(state))
        {
            request = request with { Fill = new FillCursor(state.Fill?.After, default) };
        }

        return new SessionEffect.SendPull(request);
    }

    private SessionEffect OnPull(PullResponse response)
    {
        switch (response.Status)
        {
            case PullStatus.UpToDate:
                _hasPulled = true;
                _mustPullFirst = false;
                return new SessionEffect.Acknowledge(_state!.Knowledge, []);
            case PullStatus.KnowledgeRequired:
                _sendKnowledge = true;
                return Pull();
            case PullStatus.Generation:
                _hasPulled = false;
                _isGenerationEnded = false;
                _rounds = 0;
                return ++_generations > GenerationsMax
                    ? Finish(SessionResult.Incomplete)
                    : new SessionEffect.AdoptGeneration(response);
            case PullStatus.Page when IsFilling(_state!) && !MayEnter(_state!, response.Generation):
                _mustFollow = true;
                return Pull();
            case PullStatus.Page:
                // The page is of this side's generation, which the peer has left: what it completes has to be renamed then.
                _isGenerationEnded = response.Generation != _state!.Generation && !IsFilling(_state);
                return new SessionEffect.ReceivePage(response, IsFilling(_state));
            case PullStatus.Void:
                return ++_rounds > RoundsMax ? Finish(SessionResult.Incomplete) : new SessionEffect.DiscardProgress();
            default:
                return Finish(SessionResult.DigestMismatch);
        }
    }

    // Another generation is taken over at once only where nothing at all is here: what was written here may stand there by another
    // name already (a peer, a bundle or a copy of this store may have brought it). Else it is followed from this side's own, as it is
    // by hubs, which have to know the way for others.
    private bool MayEnter(LocalState state, ReplicaId generation) => state.Fill is not null
        || generation == state.Generation || (state.Knowledge.IsEmpty && !KeepsGenerations);

    private SessionEffect OnPage(SessionEvent.PageReceived received)
    {
        _state = received.State;
        if (received.Status == ApplyStatus.Applied)
        {
            if (_state.Pull is not null || IsFilling(_state))
            {
                _rounds = 0;
                return Pull();
            }

            if (_isGenerationEnded)
            {
                _sendKnowledge = true;
                return Pull();
            }

            _hasPulled = true;
            _mustPullFirst = false;
            return OnState(_state);
        }

        // The peer lost deletes or knowledge (a restored backup): it has to learn from this side before it can be learnt from. What
        // it knows may be unknown, for it is another incarnation since. Where it took all that it takes from this side, others have
        // to bring it the rest.
        return ++_rounds > RoundsMax || IsSated(_state)
            ? Finish(SessionResult.Incomplete)
            : BeginPush(_state.PeerKnowledge ?? GlobalVector.Empty);
    }

    private SessionEffect.BuildPush BeginPush(GlobalVector peer)
    {
        // Each under a name of its own: a late copy of a page must not be taken for one of a later push of this session.
        _transfer = unchecked(_transfer + UInt128.One) | UInt128.One;
        _pushNumber = 0;
        return new SessionEffect.BuildPush(peer, Cursor: null);
    }

    private SessionEffect OnBuilt(BuiltPage page)
    {
        if (page.IsVoid)
        {
            return RestartPush();
        }

        _pending = page;
        bool isSingle = _pushNumber == 0 && page.Next is null;
        return new SessionEffect.SendPush(
            isSingle ? UInt128.Zero : _transfer, _pushNumber, page.Next is null, page.Bytes);
    }

    private SessionEffect OnPush(PushResponse response)
    {
        switch (response.Status)
        {
            case PushStatus.Staged:
                _pushNumber++;
                return new SessionEffect.BuildPush(_pending!.NextKnown, _pending.Next);
            case PushStatus.Applied:
                return OnApplied(response);
            case PushStatus.BaseMissing:
                return ++_rounds > RoundsMax
                    ? Finish(SessionResult.Incomplete)
                    : new SessionEffect.Acknowledge(response.Knowledge, []);
            case PushStatus.GenerationEnded:
                _sendKnowledge = true;
                goto case PushStatus.SenderBehind;
            case PushStatus.SenderBehind:
                _mustPullFirst = true;
                _hasPulled = false;
                return Pull();
            case PushStatus.ClockSkew:
                if (_hasRestamped)
                {
                    return Finish(SessionResult.ClockSkew);
                }

                _hasRestamped = true;
                return new SessionEffect.Restamp(response.UnixMilliseconds);
            default:
                return RestartPush();
        }
    }

    // Where the peer now knows exactly what this side knows, the pull is saved.
    private SessionEffect OnApplied(PushResponse response)
    {
        // A peer that takes pages and learns nothing from them (it does not take all versions from this side) would be sent the
        // same for ever.
        if (response.Knowledge.Equals(_state!.PeerKnowledge) && ++_rounds > RoundsMax)
        {
            return Finish(SessionResult.Incomplete);
        }

        bool isEqual = StateHash.Of(response.Knowledge, response.Forgotten) == _state!.Hash
            && response.Digest == _state.Digest;
        _hasPulled |= isEqual;

        // A hub takes from a device only that device's own versions. What this side carries for others (a bundle, a peer) it has
        // left out, and would leave out again.
        _isPeerSated = response.Knowledge[replica] >= _state.Knowledge[replica];
        return new SessionEffect.Acknowledge(response.Knowledge, response.Outcomes);
    }

    private SessionEffect RestartPush()
    {
        if (++_rounds > RoundsMax)
        {
            return Finish(SessionResult.Incomplete);
        }

        return BeginPush(_state!.PeerKnowledge!);
    }

    private static SessionEffect.Finish Finish(SessionResult result) => new(result);
}
