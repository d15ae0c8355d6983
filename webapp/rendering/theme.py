"""How the page looks: colours, letters and corners, light and dark. Knows no content."""

import gradio as gr
from gradio.themes import Color, LocalFont

# Deep water for what can be pressed, the last light of an autumn sale for what matters; greys lean to the water.
_WATER = Color(
    "#e9f6f5",
    "#cfebe9",
    "#9fd6d3",
    "#66bab8",
    "#2f9a9b",
    "#0f7c80",
    "#0b5c63",
    "#0b4a51",
    "#0c3b42",
    "#0b2e34",
    "#071f24",
)
_LIGHT = Color(
    "#fff8ec",
    "#ffedcf",
    "#ffdba0",
    "#ffc66d",
    "#ffb454",
    "#f29a2e",
    "#c9751a",
    "#9d5a16",
    "#7c4815",
    "#643b14",
    "#3a210a",
)
_STONE = Color(
    "#f7f5f0",
    "#eeebe3",
    "#dedad0",
    "#c3c1b9",
    "#969a98",
    "#6c7675",
    "#4d5a5b",
    "#364446",
    "#22302f",
    "#14211f",
    "#0b1413",
)


def build_theme() -> gr.themes.Base:
    """Build the theme. Its fonts are files that Gradio serves itself."""
    return gr.themes.Base(
        primary_hue=_WATER,
        secondary_hue=_LIGHT,
        neutral_hue=_STONE,
        radius_size="lg",
        text_size="lg",
        font=(LocalFont("IBM Plex Sans", weights=(400, 700)), "ui-sans-serif", "system-ui", "sans-serif"),
        font_mono=(LocalFont("IBM Plex Mono", weights=(400,)), "ui-monospace", "monospace"),
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="#0b1716",
        body_text_color="#16302f",
        body_text_color_dark="#e6efec",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="#a9b8b5",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#11211f",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_padding="0px",
        block_title_text_color="*body_text_color",
        block_title_text_weight="600",
        border_color_primary="*neutral_200",
        border_color_primary_dark="#27403d",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_400",
        button_primary_background_fill_hover_dark="*primary_300",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#04201f",
        button_secondary_background_fill="transparent",
        button_secondary_background_fill_hover="*primary_50",
        button_secondary_background_fill_dark="transparent",
        button_secondary_background_fill_hover_dark="#1b332f",
        button_secondary_border_color="*neutral_300",
        button_secondary_border_color_dark="#3b5753",
        button_border_width="1px",
        checkbox_label_background_fill="transparent",
        checkbox_label_background_fill_dark="transparent",
        checkbox_label_background_fill_hover="*primary_50",
        checkbox_label_background_fill_hover_dark="#1b332f",
        checkbox_label_background_fill_selected="*primary_600",
        checkbox_label_background_fill_selected_dark="*primary_400",
        checkbox_label_text_color_selected="#ffffff",
        checkbox_label_text_color_selected_dark="#04201f",
        checkbox_label_border_color="*neutral_300",
        checkbox_label_border_color_dark="#3b5753",
        loader_color="*primary_500",
    )
