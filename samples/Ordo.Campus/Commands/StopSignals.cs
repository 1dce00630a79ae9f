using System.Runtime.InteropServices;

namespace Ordo.Campus.Commands;

/// <summary>
/// Ctrl+C, or a polite request to end, as a token; the process ends when its work has. The command line's own handling gives it two
/// seconds, which is too short for four processes.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stopping;
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals(CancellationToken cancellationToken)
    {
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _registrations =
        [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal =>
                PosixSignalRegistration.Create(signal, context =>
                {
                    context.Cancel = true;
                    Stop();
                })),
        ];
    }

    public CancellationToken Token => _stopping.Token;

    public void Stop() => _stopping.Cancel();

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stopping.Dispose();
    }
}
