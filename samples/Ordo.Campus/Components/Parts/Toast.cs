namespace Ordo.Campus.Components.Parts;

/// <summary>A short message. Two with the same words are two.</summary>
public sealed class Toast(string text, ToastTone tone)
{
    public string Text => text;

    public ToastTone Tone => tone;
}
