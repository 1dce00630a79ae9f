using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Sessions;

// What the peer is handed.
public sealed partial class SessionRunner
{
    private async ValueTask<SessionEvent> BuildAsync(SessionEffect.BuildPush build, CancellationToken cancellationToken)
    {
        if (_report.PushRefusal is not null)
        {
            return new SessionEvent.PushForbidden();
        }

        await using IStoreSnapshot snapshot = await _store.ReadAsync(cancellationToken).ConfigureAwait(false);
        BuiltPage page = await PageBuilder.BuildChangesAsync(
            snapshot,
            _catalog,
            _scope,
            build.Known,
            build.Cursor,
            new ReadBudget(_peer.PageBytesMax, ProtocolLimits.PageRecordsMax),
            cancellationToken).ConfigureAwait(false);
        _builtCount = page.RecordCount;
        _sentOn = build.Cursor is null ? build.Known : _sentOn;
        _builtLatest = HybridTimestamp.Max(build.Cursor is null ? default : _builtLatest, page.Latest);
        return new SessionEvent.PushBuilt(page);
    }

    private async ValueTask<SessionEvent> PushAsync(SessionEffect.SendPush push, CancellationToken cancellationToken)
    {
        var request = new PushRequest(_scope, _store.Replica, push.Transfer, push.Number, push.IsFinal, push.Page)
        {
            Generation = _generation,
        };
        PushResponse response;
        try
        {
            response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.Status == PushStatus.LeaseUnknown
                && await _guard.KnowsAsync(response.Lease, request.Replica, cancellationToken).ConfigureAwait(false))
            {
                // The answer to an earlier push was lost: the peer holds what that one proposed.
                await _guard.ConfirmAsync(response.Lease, cancellationToken).ConfigureAwait(false);
                response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SyncException exception) when (exception.Code is SyncErrorCode.Forbidden or SyncErrorCode.QuotaExceeded)
        {
            _report = _report with { PushRefusal = exception };
            return new SessionEvent.PushForbidden();
        }

        if (response.Status == PushStatus.LeaseUnknown
            || await _guard.IsOvertakenAsync(response.Knowledge, cancellationToken).ConfigureAwait(false))
        {
            throw await RenewAsync(cancellationToken).ConfigureAwait(false);
        }

        _confirmed = response.Status == PushStatus.Applied ? response.Lease : UInt128.Zero;
        _claimed = response.Status == PushStatus.Applied ? PageReader.Open(push.Page).Header.Knowledge : null;
        if (response.Status == PushStatus.ClockSkew)
        {
            _refusal = response;
            if (_isRestamped || !RestampsUnsynced)
            {
                await _guard.RefuseAsync(response, cancellationToken).ConfigureAwait(false);
            }
        }

        _report = _report with { PushedCount = _report.PushedCount + _builtCount };
        ReportProgress();
        return new SessionEvent.PushAnswered(response);
    }

    private async ValueTask<PushResponse> SendAsync(PushRequest request, CancellationToken cancellationToken)
    {
        if (request.IsFinal && await _guard.MustAskAsync(cancellationToken).ConfigureAwait(false))
        {
            await AskForLeaseAsync(cancellationToken).ConfigureAwait(false);
        }

        request = await _guard.ProposeAsync(request, _builtLatest, cancellationToken).ConfigureAwait(false);
        long began = _time.GetTimestamp();
        PushResponse response = await _peer.Transport.PushAsync(request, cancellationToken).ConfigureAwait(false);
        _report = _report with { RoundTripCount = _report.RoundTripCount + 1 };
        CheckPeer(response.Replica);
        NoteClock(response.UnixMilliseconds, began);
        return response;
    }

    // Nothing is hoped for but the link, which every answer names.
    private async ValueTask AskForLeaseAsync(CancellationToken cancellationToken)
    {
        var question = new PullRequest(_scope, _store.Replica, UInt128.Zero, UInt128.Zero, Known: null, _peer.PageBytesMax)
        {
            Generation = _generation,
        };
        var answered = (SessionEvent.PullAnswered)await PullAsync(question, cancellationToken).ConfigureAwait(false);
        if (answered.Response.Lease != UInt128.Zero)
        {
            await _guard.ConfirmAsync(answered.Response.Lease, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<SessionEvent> RestampAsync(
        SessionEffect.Restamp restamp, CancellationToken cancellationToken)
    {
        if (!RestampsUnsynced)
        {
            return await LoadAsync(cancellationToken).ConfigureAwait(false);
        }

        // All at once: a disk that fails leaves everything as it was, and the next sync is told again.
        PushResponse refusal = _refusal ?? throw new InvalidOperationException("Nothing was refused.");
        await using (IStoreTransaction transaction = await _store.BeginAsync(cancellationToken).ConfigureAwait(false))
        {
            await _guard.RefuseAsync(transaction, refusal, cancellationToken).ConfigureAwait(false);
            int count = await SkewRecovery.RestampUnsyncedAsync(
                transaction,
                _scope,
                _catalog,
                refusal.Knowledge.ToLocal(transaction.Replicas),
                DateTimeOffset.FromUnixTimeMilliseconds(restamp.PeerUnixMilliseconds),
                cancellationToken).ConfigureAwait(false);
            await KeptClockOffset.WriteAsync(transaction, _report.ClockOffset ?? TimeSpan.Zero, cancellationToken)
                .ConfigureAwait(false);
            await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
            _report = _report with { RestampedCount = _report.RestampedCount + count };
            _isRestamped = true;
        }

        return await LoadAsync(cancellationToken).ConfigureAwait(false);
    }
}
